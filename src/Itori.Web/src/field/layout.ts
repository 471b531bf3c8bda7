import defaults from 'graphology-layout-forceatlas2/defaults.js';
import iterate from 'graphology-layout-forceatlas2/iterate.js';
import type { Point } from './seeding';

export interface FieldNode {
  x: number;
  y: number;
  size: number;
  label: string;
  slot: number;
  phase: number;
  weight: number;
  cluster: number;
  /** The place that all see it at, to which it glides; null: the server has told none. */
  home: Point | null;
  /** It has a place that all see, or is in the hand that drags it: the layout goes round it. */
  fixed: boolean;
  pinned: boolean;
}

export interface FieldEdge {
  weight: number;
  kind: string;
}

/** What is to be laid out. Rows are in an order that every page agrees on (by id), since sums depend on it. */
export interface Plan {
  readonly ids: readonly string[];
  /** x, y, size and 1 where it is fixed, for each id. */
  readonly nodes: Float32Array;
  /** Row, row and weight of each relation. */
  readonly edges: Float32Array;
  /** In (0, 1]: how much of the full run a change deserves. 1 begins anew. */
  readonly warmth: number;
}

export const NODE_FIELDS = 4;
export const EDGE_FIELDS = 3;

const NODE_STRIDE = 10;
const X = 0;
const Y = 1;
const MASS = 6;
const CONVERGENCE = 7;
const SIZE = 8;
const FIXED = 9;

/** Mean movement per step, in parts of the layout's width, under which it counts as still. */
const STILL = 2.5e-4;
const STILL_STEPS = 20;
/** However restless, it stops: a picture that never rests cannot be read. */
const MAX_STEPS = 700;
/** Above this many concepts a step takes long, and fewer have to do. */
const MANY = 5_000;
const MAX_STEPS_OF_MANY = 250;

/**
 * ForceAtlas2 in steps. It keeps each node's speed between runs, settles, and rests until it is given another plan. How far it goes depends on the plan alone and
 * not on time, so that the same plan ends in the same places on every machine.
 */
export class Layout {
  private nodes = new Float32Array(0);
  private edges = new Float32Array(0);
  private ids: readonly string[] = [];
  private steps = MAX_STEPS;
  private limit = MAX_STEPS;
  private still = 0;

  get active(): boolean {
    return this.steps < this.limit && this.ids.length > 1;
  }

  restart({ ids, nodes, edges, warmth }: Plan): void {
    const speeds = warmth === 1 ? new Map<string, number>() : new Map(this.ids.map((id, row) => [id, this.nodes[row * NODE_STRIDE + CONVERGENCE] ?? 1]));
    const order = ids.length;
    this.ids = ids;
    this.nodes = new Float32Array(order * NODE_STRIDE);
    for (let row = 0; row < order; row++) {
      const [from, to] = [row * NODE_FIELDS, row * NODE_STRIDE];
      this.nodes[to + X] = nodes[from] ?? 0;
      this.nodes[to + Y] = nodes[from + 1] ?? 0;
      this.nodes[to + MASS] = 1;
      this.nodes[to + CONVERGENCE] = speeds.get(ids[row] ?? '') ?? 1;
      this.nodes[to + SIZE] = nodes[from + 2] ?? 1;
      this.nodes[to + FIXED] = nodes[from + 3] ?? 0;
    }
    this.edges = new Float32Array(edges.length);
    for (let at = 0; at < edges.length; at += EDGE_FIELDS) {
      const from = (edges[at] ?? 0) * NODE_STRIDE;
      const to = (edges[at + 1] ?? 0) * NODE_STRIDE;
      const pull = 0.15 + (edges[at + 2] ?? 0);
      this.nodes[from + MASS] = (this.nodes[from + MASS] ?? 1) + pull;
      this.nodes[to + MASS] = (this.nodes[to + MASS] ?? 1) + pull;
      this.edges[at] = from;
      this.edges[at + 1] = to;
      this.edges[at + 2] = pull;
    }
    const limit = order > MANY ? MAX_STEPS_OF_MANY : MAX_STEPS;
    const left = this.active ? this.limit - this.steps : 0;
    this.limit = limit;
    this.steps = limit - Math.max(Math.min(left, limit), Math.ceil(limit * warmth));
    this.still = 0;
  }

  /** Iterates for about `budgetMs`, at least once. False: it rests and nothing moved. */
  step(budgetMs: number, now: () => number = () => performance.now()): boolean {
    if (!this.active) return false;
    const order = this.ids.length;
    const settings = {
      ...defaults,
      strongGravityMode: true,
      gravity: 0.11,
      scalingRatio: 9,
      edgeWeightInfluence: 1,
      slowDown: 3 + Math.log(order),
      barnesHutOptimize: order > 400,
      barnesHutTheta: order > MANY ? 0.9 : 0.6,
    };
    const end = now() + budgetMs;
    do {
      const before = this.nodes.slice();
      iterate(settings, this.nodes, this.edges);
      this.steps += 1;
      this.still = movement(before, this.nodes) < STILL ? this.still + 1 : 0;
      if (this.still >= STILL_STEPS) this.steps = this.limit;
    } while (this.active && now() < end);
    return true;
  }

  /** x and y of each id of the plan. */
  places(): Float32Array<ArrayBuffer> {
    const places = new Float32Array(this.ids.length * 2);
    for (let row = 0; row < this.ids.length; row++) {
      places[2 * row] = this.nodes[row * NODE_STRIDE + X] ?? 0;
      places[2 * row + 1] = this.nodes[row * NODE_STRIDE + Y] ?? 0;
    }
    return places;
  }
}

function movement(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  let left = Infinity;
  let right = -Infinity;
  for (let offset = 0; offset < after.length; offset += NODE_STRIDE) {
    const x = after[offset + X] ?? 0;
    const y = after[offset + Y] ?? 0;
    sum += Math.hypot(x - (before[offset + X] ?? 0), y - (before[offset + Y] ?? 0));
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return (sum * NODE_STRIDE) / after.length / Math.max(10, right - left);
}
