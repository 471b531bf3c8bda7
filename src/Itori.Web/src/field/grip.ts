import type { FieldGraph } from './arranger';
import type { Point } from './seeding';

export interface GripEvents {
  /** It is pulled, not only held. */
  readonly lifted: () => void;
  readonly moved: () => void;
  readonly dropped: (id: string, place: Point) => void;
}

interface Held {
  readonly id: string;
  readonly at: Point;
  /** From where it is held to the concept's middle, in layout units; null: it was not pulled yet. */
  offset: Point | null;
}

/** The concept that a hand or a finger holds. */
export class Grip {
  /** Whether concepts may be moved: not in the past, and not offline. */
  movable = true;

  private held: Held | null = null;

  constructor(
    private readonly graph: FieldGraph,
    private readonly toGraph: (at: Point) => Point,
    private readonly events: GripEvents,
  ) {}

  get id(): string | null {
    return this.held?.id ?? null;
  }

  take(id: string, at: Point): void {
    // What keys still hold is put down for the hand that takes something else.
    this.release();
    if (this.movable) this.held = { id, at: { x: at.x, y: at.y }, offset: null };
  }

  /** `slack`: a hand that only trembles, by less than this many px, moves nothing. */
  pull(at: Point, slack = 0): void {
    const { held } = this;
    if (held === null || !this.graph.hasNode(held.id)) return;
    if (held.offset === null && Math.hypot(at.x - held.at.x, at.y - held.at.y) < slack) return;
    const node = this.graph.getNodeAttributes(held.id);
    if (held.offset === null) {
      const begun = this.toGraph(held.at);
      held.offset = { x: node.x - begun.x, y: node.y - begun.y };
      node.fixed = true;
      this.events.lifted();
    }
    const place = this.toGraph(at);
    node.x = place.x + held.offset.x;
    node.y = place.y + held.offset.y;
    this.events.moved();
  }

  /** True: what was held was pulled somewhere. */
  release(): boolean {
    const { held } = this;
    this.held = null;
    if (held === null || held.offset === null) return false;
    if (this.graph.hasNode(held.id)) {
      const node = this.graph.getNodeAttributes(held.id);
      const { x, y } = node;
      // The server will say the same; until then nothing draws it back to where it was.
      node.home = { x, y };
      this.events.dropped(held.id, { x, y });
    }
    return true;
  }
}
