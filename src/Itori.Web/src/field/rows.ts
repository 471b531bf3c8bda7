import type { FieldGraph } from './arranger';
import { roomFor } from './gl';
import type { FieldNode } from './layout';

/** How a concept is drawn: its radius where the whole field is seen, px (0: not at all), and whether it stands back behind what is in focus. */
export interface NodeLook {
  readonly radius: number;
  readonly faded: boolean;
}

/** The concepts by number, as the graphics read them: a picture of many touches plain arrays only. Arrays may have more room than there are concepts. */
export class Rows {
  ids: readonly string[] = [];
  nodes: readonly FieldNode[] = [];
  /** x and y of each, in layout units. */
  places = new Float32Array(0);
  /** Another one: the places were read anew. */
  edition = 0;
  /** rad. */
  phases = new Float32Array(0);
  radii = new Float32Array(0);
  /** 1: stands back. */
  fades = new Uint8Array(0);
  /** Rows from the heaviest concept to the lightest. */
  byWeight: readonly number[] = [];

  private rows: ReadonlyMap<string, number> = new Map();

  get count(): number {
    return this.ids.length;
  }

  rowOf(id: string): number | undefined {
    return this.rows.get(id);
  }

  /** Concepts came or went. */
  read(graph: FieldGraph): void {
    this.ids = graph.nodes();
    this.nodes = this.ids.map((id) => graph.getNodeAttributes(id));
    this.rows = new Map(this.ids.map((id, row) => [id, row]));
    const room = roomFor(this.count);
    if (this.radii.length !== room) {
      this.places = new Float32Array(2 * room);
      this.phases = new Float32Array(room);
      this.radii = new Float32Array(room);
      this.fades = new Uint8Array(room);
    }
    const { nodes } = this;
    this.byWeight = nodes.map((_, row) => row).sort((a, b) => (nodes[b]?.weight ?? 0) - (nodes[a]?.weight ?? 0) || a - b);
    this.readPlaces();
  }

  /** Concepts moved. */
  readPlaces(): void {
    const { nodes, places } = this;
    let at = 0;
    for (const { x, y } of nodes) {
      places[at++] = x;
      places[at++] = y;
    }
    this.edition += 1;
  }

  readLooks(lookOf: (id: string, node: FieldNode) => NodeLook): void {
    for (const [row, node] of this.nodes.entries()) {
      const { radius, faded } = lookOf(this.ids[row] ?? '', node);
      this.radii[row] = radius;
      this.fades[row] = faded ? 1 : 0;
    }
  }
}
