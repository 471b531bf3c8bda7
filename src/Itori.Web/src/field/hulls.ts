import type { Point } from './seeding';

/** Smaller clusters have no outline to speak of; alerts tell of none that is smaller either. */
const SMALLEST = 3;
/** A member further from its cluster's middle than this many times the median distance would drag the outline across others. */
const OUTLIER = 2.4;

export interface Cluster {
  readonly id: number;
  readonly size: number;
  /** Counter-clockwise. */
  readonly outline: readonly Point[];
  readonly middle: Point;
}

/** An outline for each cluster: the convex hull of its members but for those far from the rest. Cluster 0 is none. */
export function hulls(members: Iterable<Point & { readonly cluster: number }>): readonly Cluster[] {
  const byCluster = new Map<number, Point[]>();
  for (const { cluster, x, y } of members) {
    if (cluster === 0) continue;
    const points = byCluster.get(cluster);
    if (points === undefined) byCluster.set(cluster, [{ x, y }]);
    else points.push({ x, y });
  }
  const clusters: Cluster[] = [];
  for (const [id, points] of byCluster) {
    if (points.length < SMALLEST) continue;
    const middle = { x: median(points.map(({ x }) => x)), y: median(points.map(({ y }) => y)) };
    const distances = points.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y));
    const limit = OUTLIER * median(distances);
    const near = points.filter((_, at) => (distances[at] ?? 0) <= limit);
    if (near.length >= SMALLEST) clusters.push({ id, size: points.length, outline: hull(near), middle });
  }
  return clusters.sort((a, b) => b.size - a.size);
}

/** Andrew's monotone chain, O(n log n). */
export function hull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (along: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of along) {
      for (let [a, b] = [chain.at(-2), chain.at(-1)]; a !== undefined && b !== undefined && cross(a, b, point) <= 0; [a, b] = [chain.at(-2), chain.at(-1)]) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

function cross(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

function median(values: number[]): number {
  values = [...values].sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}
