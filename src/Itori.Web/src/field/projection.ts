import type { Point } from './seeding';

/** A part of the layout, in its units. */
export interface Bounds {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** From where the picture is looked at: its middle in parts of the frame's longer side from the frame's lower left, so that it stays with a frame that follows the graph; and how much of the frame it shows (1: all, 0.5: half of each side). */
export interface Stance {
  readonly x: number;
  readonly y: number;
  readonly ratio: number;
}

/** px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Labels stand beside what they name, and want more room there than above and below. */
const BESIDE = 1.4;

/** Where layout units fall in the picture, whose px count from its upper left corner: layouts have y upward. */
export class Projection {
  private constructor(
    /** px of a layout unit. */
    readonly scale: number,
    /** Where the layout's origin falls, px. */
    readonly originX: number,
    readonly originY: number,
    /** By this much things that have a size of their own are drawn larger: less than distances are, so that a near view is not all discs. */
    readonly magnification: number,
  ) {}

  static of(frame: Bounds, stance: Stance, { width, height }: Size, padding: number): Projection {
    const [across, up] = [frame.x[1] - frame.x[0] || 1, frame.y[1] - frame.y[0] || 1];
    const room = (side: number, margin: number) => Math.max(1, side - 2 * margin);
    const scale = Math.min(room(width, BESIDE * padding) / across, room(height, padding) / up) / stance.ratio;
    const longer = Math.max(across, up);
    const x = (frame.x[0] + frame.x[1]) / 2 + (stance.x - 0.5) * longer;
    const y = (frame.y[0] + frame.y[1]) / 2 + (stance.y - 0.5) * longer;
    return new Projection(scale, width / 2 - scale * x, height / 2 + scale * y, 1 / Math.sqrt(stance.ratio));
  }

  toPicture({ x, y }: Point): Point {
    return { x: this.originX + this.scale * x, y: this.originY - this.scale * y };
  }

  toLayout({ x, y }: Point): Point {
    return { x: (x - this.originX) / this.scale, y: (this.originY - y) / this.scale };
  }
}
