import type { Grip } from './grip';
import type { Point } from './seeding';
import type { Viewpoint } from './viewpoint';

/** A finger that goes less far than this rests, px. */
const SLACK_PX = 9;
const LONG_PRESS_MS = 480;
/** Two taps within this time and distance are one double tap. */
const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_PX = 30;

export interface FingerWishes {
  /** The concept that a finger at a place means; null: the ground. */
  readonly near: (at: Point) => string | null;
  /** `more`: what is chosen already stays. */
  readonly choose: (id: string | null, more: boolean) => void;
  readonly fit: () => void;
}

/**
 * Fingers on the field. One on a concept drags it, one on the ground moves the picture, two zoom it. A tap chooses a concept, or nothing; a long press chooses one more, as
 * Shift does for a mouse; two taps on the ground show everything.
 */
export class Fingers {
  private readonly down = new Map<number, Point>();
  /** A single finger that has not moved yet. */
  private press: { readonly id: string | null; readonly at: Point; readonly timer: ReturnType<typeof setTimeout> | undefined } | null = null;
  /** The long press was answered; what its finger does now means nothing. */
  private spent = false;
  private lastTap: { readonly at: Point; readonly time: number } | null = null;
  private readonly gone = new AbortController();

  constructor(
    private readonly surface: HTMLElement,
    private readonly grip: Grip,
    private readonly viewpoint: Viewpoint,
    private readonly wishes: FingerWishes,
  ) {
    const { signal } = this.gone;
    const touches = (handle: (event: PointerEvent) => void) => (event: PointerEvent) => event.pointerType === 'touch' && handle(event);
    surface.addEventListener('pointerdown', touches((event) => this.begin(event)), { signal });
    surface.addEventListener('pointermove', touches((event) => this.move(event)), { signal });
    surface.addEventListener('pointerup', touches((event) => this.end(event)), { signal });
    surface.addEventListener('pointercancel', touches((event) => this.end(event)), { signal });
    // A browser makes mouse events of a tap, which would choose a second time, and less kindly: a mouse hits or misses.
    surface.addEventListener('touchend', (event) => event.cancelable && event.preventDefault(), { signal, passive: false });
  }

  destroy(): void {
    this.gone.abort();
    this.forgetPress();
  }

  private begin(event: PointerEvent): void {
    const at = this.pointOf(event);
    this.down.set(event.pointerId, at);
    if (this.down.size > 1) {
      this.forgetPress();
      this.grip.release();
      return;
    }
    const id = this.wishes.near(at);
    if (id !== null) this.grip.take(id, at);
    this.press = { id, at, timer: id === null ? undefined : setTimeout(() => this.rested(at), LONG_PRESS_MS) };
  }

  private move(event: PointerEvent): void {
    const from = this.down.get(event.pointerId);
    if (from === undefined) return;
    const to = this.pointOf(event);
    if (this.press !== null) {
      if (distance(this.press.at, to) < SLACK_PX) return;
      this.forgetPress();
    }
    const before = this.pinch();
    this.down.set(event.pointerId, to);
    const after = this.pinch();
    if (this.spent) return;
    if (this.grip.id !== null) this.grip.pull(to);
    else if (before === null || after === null) this.viewpoint.carry(from, to);
    else this.viewpoint.carry(before.middle, after.middle, before.apart / after.apart);
  }

  private end(event: PointerEvent): void {
    if (!this.down.delete(event.pointerId)) return;
    const { press } = this;
    this.forgetPress();
    this.grip.release();
    if (press !== null && event.type === 'pointerup') this.tap(press.id, press.at, event.timeStamp);
    if (this.down.size === 0) this.spent = false;
  }

  /** `time`: of the finger, not of the page, which may be late. */
  private tap(id: string | null, at: Point, time: number): void {
    const { lastTap } = this;
    this.lastTap = id === null ? { at, time } : null;
    if (id === null && lastTap !== null && time - lastTap.time < DOUBLE_TAP_MS && distance(lastTap.at, at) < DOUBLE_TAP_PX) this.wishes.fit();
    else this.wishes.choose(id, false);
  }

  /** A finger went down at `at` that long ago. What it did since, a browser that draws slowly tells only with the next picture. */
  private rested(at: Point): void {
    requestAnimationFrame(() => {
      if (this.press?.at === at && this.press.id !== null) this.linger(this.press.id);
    });
  }

  private linger(id: string): void {
    this.forgetPress();
    this.grip.release();
    this.spent = true;
    this.wishes.choose(id, true);
  }

  private forgetPress(): void {
    clearTimeout(this.press?.timer);
    this.press = null;
  }

  /** Where the first two fingers are; null: there is only one. */
  private pinch(): { readonly middle: Point; readonly apart: number } | null {
    const [a, b] = this.down.values();
    if (a === undefined || b === undefined) return null;
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, apart: Math.max(1, distance(a, b)) };
  }

  private pointOf(event: PointerEvent): Point {
    const { left, top } = this.surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
