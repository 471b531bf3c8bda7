import type Graph from 'graphology';
import defaults from 'graphology-layout-forceatlas2/defaults.js';
import iterate from 'graphology-layout-forceatlas2/iterate.js';

export interface FieldNode {
  x: number;
  y: number;
  size: number;
  label: string;
  slot: number;
  phase: number;
  weight: number;
  /** Its place came from the server, or from the hand that drags it: the layout goes round it. */
  fixed: boolean;
  pinned: boolean;
}

export interface FieldEdge {
  weight: number;
  kind: string;
}

export type FieldGraph = Graph<FieldNode, FieldEdge>;

const NODE_STRIDE = 10;
const EDGE_STRIDE = 3;
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

/** ForceAtlas2 in steps small enough for one picture each. It keeps each node's speed between steps, settles, and rests until the graph changes. */
export class Layout {
  private nodes = new Float32Array(0);
  private edges = new Float32Array(0);
  private ids: string[] = [];
  private steps = MAX_STEPS;
  private still = 0;

  constructor(private readonly graph: FieldGraph) {}

  get active(): boolean {
    return this.steps < MAX_STEPS && this.ids.length > 1;
  }

  /** Reads the graph anew and moves again. `warmth` in (0, 1]: how much of the full run a change deserves. */
  restart(warmth = 1): void {
    const speeds = new Map(this.ids.map((id, row) => [id, this.nodes[row * NODE_STRIDE + CONVERGENCE] ?? 1]));
    const { graph } = this;
    this.ids = graph.nodes();
    this.nodes = new Float32Array(graph.order * NODE_STRIDE);
    this.edges = new Float32Array(graph.size * EDGE_STRIDE);
    const offsets = new Map<string, number>();
    let offset = 0;
    graph.forEachNode((id, node) => {
      offsets.set(id, offset);
      this.nodes[offset + X] = node.x;
      this.nodes[offset + Y] = node.y;
      this.nodes[offset + MASS] = 1;
      this.nodes[offset + CONVERGENCE] = speeds.get(id) ?? 1;
      this.nodes[offset + SIZE] = node.size;
      this.nodes[offset + FIXED] = node.fixed ? 1 : 0;
      offset += NODE_STRIDE;
    });
    offset = 0;
    graph.forEachEdge((_, edge, source, target) => {
      const from = offsets.get(source) ?? 0;
      const to = offsets.get(target) ?? 0;
      const pull = 0.15 + edge.weight;
      this.nodes[from + MASS] = (this.nodes[from + MASS] ?? 1) + pull;
      this.nodes[to + MASS] = (this.nodes[to + MASS] ?? 1) + pull;
      this.edges[offset] = from;
      this.edges[offset + 1] = to;
      this.edges[offset + 2] = pull;
      offset += EDGE_STRIDE;
    });
    this.steps = Math.min(this.steps, Math.floor(MAX_STEPS * (1 - warmth)));
    this.still = 0;
  }

  /** Iterates for about `budgetMs` (at least once) and writes the positions into the graph. False: it rests. */
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
      barnesHutTheta: 0.6,
    };
    const end = now() + budgetMs;
    do {
      const before = this.nodes.slice();
      iterate(settings, this.nodes, this.edges);
      this.steps += 1;
      this.still = movement(before, this.nodes) < STILL ? this.still + 1 : 0;
      if (this.still >= STILL_STEPS) this.steps = MAX_STEPS;
    } while (this.active && now() < end);
    for (let row = 0; row < order; row++) {
      const id = this.ids[row];
      if (id === undefined || !this.graph.hasNode(id)) continue;
      const node = this.graph.getNodeAttributes(id);
      if (node.fixed) continue;
      node.x = this.nodes[row * NODE_STRIDE + X] ?? node.x;
      node.y = this.nodes[row * NODE_STRIDE + Y] ?? node.y;
    }
    return true;
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
