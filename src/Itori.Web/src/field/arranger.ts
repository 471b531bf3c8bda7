import type Graph from 'graphology';
import { EDGE_FIELDS, NODE_FIELDS, type FieldEdge, type FieldNode, type Plan } from './layout';
import type { LayoutOrder, LayoutReport } from './layoutWorker';

export type FieldGraph = Graph<FieldNode, FieldEdge>;

/** How long concepts without a place wait for the ones that all will see, before the page looks for places itself, ms. */
const PATIENCE_MS = 2_000;

/**
 * Finds places for concepts that have none: by a worker, so that the page stays quick to the hand. Places are the server's to find, so that all see the same ones; this is for the time until they come, for the past of graphs that had
 * none yet, and for servers that find none.
 */
export class Arranger {
  private readonly worker: Worker;
  private number = 0;
  private ids: readonly string[] = [];
  private running = false;
  private waiting: ReturnType<typeof setTimeout> | null = null;
  /** The server was waited for, and told no places. */
  private alone = false;

  constructor(
    private readonly graph: FieldGraph,
    /** Whether only the end is to be seen, not the way there. */
    private readonly still: () => boolean,
    private readonly moved: () => void,
    /** Told when the page begins to find places itself, since the server tells none, and when the server does. */
    private readonly aloneIs: (alone: boolean) => void,
  ) {
    this.worker = new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' });
    this.worker.addEventListener('message', ({ data }: MessageEvent<LayoutReport>) => this.take(data));
  }

  get active(): boolean {
    return this.running || this.waiting !== null;
  }

  /** As `arrange`, but the server has the first word: it tells places a moment after a change. Where it does not, later changes wait no more. */
  arrangeUnlessTold(warmth: number): void {
    if (this.alone) this.arrange(warmth);
    else {
      this.waiting ??= setTimeout(() => {
        this.waiting = null;
        this.beAlone(true);
        this.arrange(1);
      }, PATIENCE_MS);
    }
  }

  /** The server told places. `all`: of every concept. */
  told(all: boolean): void {
    this.beAlone(false);
    if (!all) return;
    this.number += 1;
    this.running = false;
    this.waitNoMore();
  }

  /** `warmth` in (0, 1]: how much of the full run a change deserves. */
  arrange(warmth: number): void {
    const plan = planOf(this.graph, warmth);
    this.ids = plan.ids;
    this.number += 1;
    this.running = plan.ids.length > 1;
    const order: LayoutOrder = { ...plan, number: this.number };
    this.worker.postMessage(order, [plan.nodes.buffer, plan.edges.buffer]);
  }

  destroy(): void {
    this.waitNoMore();
    this.worker.terminate();
  }

  private beAlone(alone: boolean): void {
    if (this.alone !== alone) this.aloneIs(alone);
    this.alone = alone;
  }

  private waitNoMore(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = null;
  }

  private take({ number, places, done }: LayoutReport): void {
    if (number !== this.number) return;
    if (done) this.running = false;
    if (!done && this.still()) return;
    for (const [row, id] of this.ids.entries()) {
      if (!this.graph.hasNode(id)) continue;
      const node = this.graph.getNodeAttributes(id);
      if (node.fixed) continue;
      node.x = places[2 * row] ?? node.x;
      node.y = places[2 * row + 1] ?? node.y;
    }
    this.moved();
  }
}

/** Reads the graph in an order that every page agrees on. */
export function planOf(graph: FieldGraph, warmth: number): Plan & { readonly nodes: Float32Array<ArrayBuffer>; readonly edges: Float32Array<ArrayBuffer> } {
  const ids = graph.nodes().sort();
  const rows = new Map(ids.map((id, row) => [id, row]));
  const nodes = new Float32Array(ids.length * NODE_FIELDS);
  for (const [row, id] of ids.entries()) {
    const { x, y, home, size, fixed } = graph.getNodeAttributes(id);
    nodes.set([home?.x ?? x, home?.y ?? y, size, fixed ? 1 : 0], row * NODE_FIELDS);
  }
  const edges = new Float32Array(graph.size * EDGE_FIELDS);
  for (const [at, id] of graph.edges().sort().entries()) {
    edges.set([rows.get(graph.source(id)) ?? 0, rows.get(graph.target(id)) ?? 0, graph.getEdgeAttribute(id, 'weight')], at * EDGE_FIELDS);
  }
  return { ids, nodes, edges, warmth };
}
