import { Camera, WHOLE } from './camera';
import { Projection, type Bounds, type Size } from './projection';
import type { Rows } from './rows';
import type { Point } from './seeding';

/** A concept nearer to the edge than this counts as out of view, px. */
const EDGE_PX = 40;

/** Where the picture is looked at from. Places in the picture are px from its upper left corner. */
export class Viewpoint {
  private readonly camera: Camera;
  private frame: Bounds = { x: [-1, 1], y: [-1, 1] };
  private size: Size = { width: 1, height: 1 };
  private padding = 0;
  private known: Projection | null = null;

  constructor(
    private readonly rows: Rows,
    private readonly still: () => boolean,
    private readonly moved: () => void,
  ) {
    this.camera = new Camera(() => this.changed());
  }

  /** Where everything is seen now. */
  get projection(): Projection {
    return (this.known ??= Projection.of(this.frame, this.camera.stance, this.size, this.padding));
  }

  /** How much of the frame is seen, in parts of its sides. */
  get ratio(): number {
    return this.camera.stance.ratio;
  }

  /** What is in view where everything is. */
  setFrame(frame: Bounds): void {
    this.frame = frame;
    this.known = null;
  }

  setSize(size: Size, padding: number): void {
    this.size = size;
    this.padding = padding;
    this.known = null;
  }

  /** Goes a step to where it was told to go. True: it is on its way. */
  follow(now: number): boolean {
    const moved = this.camera.follow(now);
    if (moved) this.known = null;
    return moved;
  }

  /** The whole graph in view. */
  fit(): void {
    this.camera.go(WHOLE, this.within(250));
  }

  zoom(factor: number): void {
    const { destination } = this.camera;
    this.camera.go({ ...destination, ratio: this.camera.bounded(destination.ratio * factor) }, this.within(180));
  }

  /** Zooms so that what is at `at` stays there. */
  zoomAt(at: Point, factor: number): void {
    const ratio = this.camera.bounded(this.camera.destination.ratio * factor);
    this.camera.go(this.stanceWith(at, at, ratio), this.within(180));
  }

  /** Moves by parts of the view. */
  pan(x: number, y: number): void {
    const { destination } = this.camera;
    this.camera.go({ ...destination, x: destination.x + x * destination.ratio, y: destination.y + y * destination.ratio }, this.within(120));
  }

  /** Brings a concept into view if it is not. `covered`: so much of the picture, from below, lies under something else, px. */
  reveal(id: string, covered = 0): void {
    const place = this.placeOf(id);
    if (place === null) return;
    const { width, height } = this.size;
    const seen = height - covered;
    if (place.x > EDGE_PX && place.y > EDGE_PX && place.x < width - EDGE_PX && place.y < seen - EDGE_PX) return;
    this.camera.go(this.stanceWith(place, { x: width / 2, y: seen / 2 }, this.ratio), this.within(300));
  }

  /** Puts what is at `from` to `to`, and all around it nearer together (`factor` above 1) or further apart: at once, for a hand that holds it. */
  carry(from: Point, to: Point, factor = 1): void {
    this.camera.set(this.stanceWith(from, to, this.camera.bounded(this.ratio * factor)));
  }

  /** Lets the picture slide on by as much as that, px, and come to rest. */
  slide(by: Point): void {
    if (this.still()) return;
    this.camera.go(this.stanceWith({ x: 0, y: 0 }, by, this.ratio), this.within(200));
  }

  /** Where a concept is drawn; null: nowhere. */
  placeOf(id: string): { readonly x: number; readonly y: number; readonly radius: number } | null {
    const row = this.rows.rowOf(id);
    return row === undefined ? null : this.placeOfRow(row);
  }

  placeOfRow(row: number): { readonly x: number; readonly y: number; readonly radius: number } | null {
    const { nodes, radii } = this.rows;
    const node = nodes[row];
    const radius = radii[row] ?? 0;
    if (node === undefined || radius === 0) return null;
    const { x, y } = this.projection.toPicture(node);
    return { x, y, radius: radius * this.projection.magnification };
  }

  /** The concept that is drawn at a place, the uppermost of several; else the nearest one that lies no further than `reach` from it, px. */
  nearest(at: Point, reach: number): string | null {
    const { count, fades, ids, places, radii } = this.rows;
    const { scale, magnification } = this.projection;
    const { x, y } = this.projection.toLayout(at);
    let under: number | null = null;
    let nearest: number | null = null;
    let least = reach;
    for (let row = 0; row < count; row++) {
      const radius = radii[row] ?? 0;
      if (radius === 0) continue;
      const gap = scale * Math.hypot((places[2 * row] ?? 0) - x, (places[2 * row + 1] ?? 0) - y) - magnification * radius;
      // Drawn in the order of rows, those that stand back first.
      if (gap < 0) under = under === null || (fades[row] ?? 0) <= (fades[under] ?? 0) ? row : under;
      else if (gap < least) {
        least = gap;
        nearest = row;
      }
    }
    return ids[under ?? nearest ?? -1] ?? null;
  }

  /** From where what is seen at `from` is seen at `to`. */
  private stanceWith(from: Point, to: Point, ratio: number) {
    const { frame, size } = this;
    const held = this.projection.toLayout(from);
    const there = Projection.of(frame, { ...this.camera.stance, ratio }, size, this.padding).toLayout(to);
    const longer = Math.max(frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]) || 1;
    const { x, y } = this.camera.stance;
    return { x: x + (held.x - there.x) / longer, y: y + (held.y - there.y) / longer, ratio };
  }

  private changed(): void {
    this.known = null;
    this.moved();
  }

  private within(ms: number): number {
    return this.still() ? 0 : ms;
  }
}
