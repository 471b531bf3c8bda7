import type { Grip } from './grip';
import type { Size } from './projection';
import type { Point } from './seeding';

/** Keys that rest this long have put down what they moved, ms. */
const REST_MS = 500;
/** How far a key moves, and how far from the edge of the picture it stops, px. */
const STEP_PX = 24;
const EDGE_PX = 20;

/** Keys move a concept as a hand does: it is taken up with the first and put down when they rest, so that the others are told one place and not each step. */
export class Nudge {
  private held: { readonly id: string; at: Point } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly grip: Grip,
    private readonly placeOf: (id: string) => Point | null,
    private readonly size: () => Size,
  ) {}

  /** Moves a concept by steps to the right and down. */
  push(id: string, right: number, down: number): void {
    const at = this.hold(id);
    if (at === null) return;
    const { width, height } = this.size();
    this.held = { id, at: { x: within(at.x + STEP_PX * right, width), y: within(at.y + STEP_PX * down, height) } };
    this.grip.pull(this.held.at);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.putDown(), REST_MS);
  }

  /** The keys have turned to something else. */
  putDown(): void {
    clearTimeout(this.timer);
    const { held } = this;
    this.held = null;
    if (held !== null && this.grip.id === held.id) this.grip.release();
  }

  /** Where the concept is held; null: it may not be moved. */
  private hold(id: string): Point | null {
    if (this.held?.id === id && this.grip.id === id) return this.held.at;
    this.putDown();
    // A mouse or a finger has something in hand.
    if (this.grip.id !== null) return null;
    const place = this.placeOf(id);
    if (place === null) return null;
    this.grip.take(id, place);
    return this.grip.id === id ? place : null;
  }
}

/** What lies out of the picture already comes no further out. */
function within(at: number, side: number): number {
  return Math.min(Math.max(at, EDGE_PX), Math.max(EDGE_PX, side - EDGE_PX));
}
