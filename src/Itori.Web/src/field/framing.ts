import type { FieldGraph } from './arranger';
import type { Bounds } from './projection';

/** How long the frame takes to come most of the way to the graph, ms. */
const FRAME_MS = 110;
/** A graph smaller than this is not drawn larger, in layout units. */
const SMALLEST = 40;

type Range = readonly [number, number];

/** Lets the picture's frame follow the graph slowly, so that a concept that flies out does not shake the rest. */
export class Framing {
  private bounds: Bounds | null = null;
  private at = 0;

  constructor(private readonly apply: (bounds: Bounds) => void) {}

  /** Goes a step; `still`: goes there at once. True: it moved. */
  follow(graph: FieldGraph, still: boolean, now: number): boolean {
    if (graph.order === 0) return false;
    const target = boundsOf(graph);
    const part = 1 - Math.exp(-Math.min(1_000, Math.max(8, now - this.at)) / FRAME_MS);
    this.at = now;
    const { bounds } = this;
    if (bounds !== null && near(bounds.x, target.x) && near(bounds.y, target.y)) return false;
    this.bounds = bounds === null || still ? target : { x: toward(bounds.x, target.x, part), y: toward(bounds.y, target.y, part) };
    this.apply(this.bounds);
    return true;
  }
}

function boundsOf(graph: FieldGraph): Bounds {
  const x: [number, number] = [Infinity, -Infinity];
  const y: [number, number] = [Infinity, -Infinity];
  graph.forEachNode((_, node) => {
    x[0] = Math.min(x[0], node.x);
    x[1] = Math.max(x[1], node.x);
    y[0] = Math.min(y[0], node.y);
    y[1] = Math.max(y[1], node.y);
  });
  for (const side of [x, y]) {
    const room = Math.max(0, SMALLEST - (side[1] - side[0])) / 2;
    side[0] -= room;
    side[1] += room;
  }
  return { x, y };
}

function near(a: Range, b: Range): boolean {
  const slack = 0.002 * Math.max(1, b[1] - b[0]);
  return Math.abs(a[0] - b[0]) < slack && Math.abs(a[1] - b[1]) < slack;
}

function toward(a: Range, b: Range, part: number): Range {
  return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
}
