import { fnv1a } from '../fnv1a';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The distance at which a new concept starts beside its strongest neighbour, in layout units. */
export const BESIDE = 9;

export interface SeedRelation {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
}

/**
 * Places new concepts: each beside its strongest placed neighbour, those without one around the middle. The angle comes from the id, so that two pages that see
 * the same graph grow begin alike.
 */
export function seed(
  fresh: readonly string[],
  relations: Iterable<SeedRelation>,
  placed: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const all = new Map(placed);
  const wanted = new Set(fresh.filter((id) => !placed.has(id)));
  const neighbours = new Map<string, { id: string; weight: number }[]>();
  const note = (id: string, other: string, weight: number) => {
    if (!wanted.has(id)) return;
    const known = neighbours.get(id);
    if (known === undefined) neighbours.set(id, [{ id: other, weight }]);
    else known.push({ id: other, weight });
  };
  for (const { source, target, weight } of relations) {
    note(source, target, weight);
    note(target, source, weight);
  }

  const result = new Map<string, Point>();
  const cloud = new Cloud(placed.values());
  const put = (id: string, point: Point) => {
    all.set(id, point);
    cloud.add(point);
    result.set(id, point);
    wanted.delete(id);
  };

  // In rounds: a concept whose neighbours are new themselves waits for one of them. When nobody can be placed, the first begins an island.
  while (wanted.size > 0) {
    let progressed = false;
    for (const id of [...wanted]) {
      let strongest: { at: Point; weight: number } | null = null;
      for (const { id: other, weight } of neighbours.get(id) ?? []) {
        const at = all.get(other);
        if (at !== undefined && (strongest === null || weight > strongest.weight)) strongest = { at, weight };
      }
      if (strongest === null) continue;
      put(id, around(strongest.at, BESIDE, angleOf(id)));
      progressed = true;
    }
    if (progressed) continue;
    const [first] = wanted;
    if (first === undefined) break;
    put(first, all.size === 0 ? { x: 0, y: 0 } : around(cloud.middle, cloud.spread + BESIDE, angleOf(first)));
  }
  return result;
}

function around(centre: Point, distance: number, angle: number): Point {
  return { x: centre.x + distance * Math.cos(angle), y: centre.y + distance * Math.sin(angle) };
}

/** Middle and spread of points that only become more. */
class Cloud {
  private count = 0;
  private x = 0;
  private y = 0;
  private squares = 0;

  constructor(points: Iterable<Point>) {
    for (const point of points) this.add(point);
  }

  add({ x, y }: Point): void {
    this.count += 1;
    this.x += x;
    this.y += y;
    this.squares += x * x + y * y;
  }

  get middle(): Point {
    return { x: this.x / this.count, y: this.y / this.count };
  }

  /** The root of the mean square distance from the middle. */
  get spread(): number {
    const { x, y } = this.middle;
    return Math.sqrt(Math.max(0, this.squares / this.count - x * x - y * y));
  }
}

/** The id's hash as an angle. */
function angleOf(id: string): number {
  return (fnv1a(id) / 2 ** 32) * 2 * Math.PI;
}
