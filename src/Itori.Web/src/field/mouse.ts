import type { Grip } from './grip';
import type { Point } from './seeding';
import type { Viewpoint } from './viewpoint';

/** What is pulled less than this stays where it is. */
const DRAG_PX = 4;
/** One notch of a wheel, px, and how much nearer it brings. */
const NOTCH_PX = 100;
const NOTCH_FACTOR = 1.7;
const LINE_PX = 33;
const DOUBLE_CLICK_FACTOR = 2.2;
/** A hand that let go this soon after it moved threw the picture, which slides on by so many of its last steps. */
const THROW_MS = 60;
const THROW_STEPS = 3;

export interface MouseWishes {
  /** The concept at a place; null: the ground. */
  readonly at: (at: Point) => string | null;
  readonly hover: (id: string | null) => void;
  /** Told of every move; null: it is no longer over the picture. */
  readonly move: (at: Point | null) => void;
  /** `more`: with Shift, so that what is chosen already stays. */
  readonly choose: (id: string | null, more: boolean) => void;
  readonly fit: () => void;
}

interface Press {
  readonly id: string | null;
  readonly at: Point;
  last: Point;
  step: Point;
  time: number;
  dragged: boolean;
}

/** A mouse points at concepts, chooses and drags them, or the picture; its wheel zooms. A pen is a mouse. */
export class Mouse {
  private press: Press | null = null;
  private readonly gone = new AbortController();

  constructor(
    private readonly surface: HTMLElement,
    private readonly grip: Grip,
    private readonly viewpoint: Viewpoint,
    private readonly wishes: MouseWishes,
  ) {
    const { signal } = this.gone;
    const mice = (handle: (event: PointerEvent) => void) => (event: PointerEvent) => event.pointerType !== 'touch' && handle(event);
    surface.addEventListener('pointerdown', mice((event) => this.down(event)), { signal });
    surface.addEventListener('pointermove', mice((event) => this.move(event)), { signal });
    surface.addEventListener('pointerup', mice((event) => this.up(event)), { signal });
    surface.addEventListener('pointercancel', mice(() => this.letGo()), { signal });
    surface.addEventListener('pointerleave', mice(() => this.leave()), { signal });
    // A page that is no longer looked at hears nothing of the mouse.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.leave(), { signal });
    surface.addEventListener('dblclick', (event) => this.doubleClick(event), { signal });
    surface.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
  }

  destroy(): void {
    this.gone.abort();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.pointOf(event);
    const id = this.wishes.at(at);
    if (id !== null) this.grip.take(id, at);
    this.press = { id, at, last: at, step: { x: 0, y: 0 }, time: event.timeStamp, dragged: false };
    // What is dragged stays in the hand that leaves the picture.
    this.surface.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const { press } = this;
    const at = this.pointOf(event);
    this.wishes.move(at);
    if (press === null) {
      this.wishes.hover(this.wishes.at(at));
      return;
    }
    if (!press.dragged && Math.hypot(at.x - press.at.x, at.y - press.at.y) < DRAG_PX) return;
    press.dragged = true;
    if (press.id !== null && this.grip.id !== null) this.grip.pull(at);
    else this.viewpoint.carry(press.last, at);
    press.step = { x: at.x - press.last.x, y: at.y - press.last.y };
    press.last = at;
    press.time = event.timeStamp;
  }

  private up(event: PointerEvent): void {
    const { press } = this;
    if (press === null || event.button !== 0) return;
    const carried = press.dragged && this.grip.id === null;
    this.letGo();
    if (!press.dragged) this.wishes.choose(press.id, event.shiftKey);
    else if (carried && event.timeStamp - press.time < THROW_MS) this.viewpoint.slide({ x: THROW_STEPS * press.step.x, y: THROW_STEPS * press.step.y });
  }

  private leave(): void {
    if (this.press !== null) return;
    this.wishes.hover(null);
    this.wishes.move(null);
  }

  private letGo(): void {
    this.press = null;
    this.grip.release();
  }

  private doubleClick(event: MouseEvent): void {
    event.preventDefault();
    const at = this.pointOf(event);
    if (this.wishes.at(at) === null) this.wishes.fit();
    else this.viewpoint.zoomAt(at, 1 / DOUBLE_CLICK_FACTOR);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const notches = (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : LINE_PX * event.deltaY) / NOTCH_PX;
    this.viewpoint.zoomAt(this.pointOf(event), NOTCH_FACTOR ** Math.max(-1, Math.min(1, notches)));
  }

  private pointOf(event: MouseEvent): Point {
    const { left, top } = this.surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
