import type { Stance } from './projection';

export const WHOLE: Stance = { x: 0.5, y: 0.5, ratio: 1 };

const NEAREST = 0.04;
const FURTHEST = 2.5;

interface Travel {
  readonly from: Stance;
  readonly to: Stance;
  readonly begun: number;
  readonly duration: number;
}

/** Where the field is looked at from, and the way there. */
export class Camera {
  private at = WHOLE;
  private travel: Travel | null = null;

  constructor(private readonly moved: () => void) {}

  get stance(): Stance {
    return this.at;
  }

  /** Where it will be when it has arrived. */
  get destination(): Stance {
    return this.travel?.to ?? this.at;
  }

  bounded(ratio: number): number {
    return Math.min(FURTHEST, Math.max(NEAREST, ratio));
  }

  /** Is there at once. */
  set(stance: Stance): void {
    this.travel = null;
    this.at = stance;
    this.moved();
  }

  /** Goes there within `duration`, ms. */
  go(to: Stance, duration: number, now = performance.now()): void {
    if (duration <= 0) this.set(to);
    else {
      this.travel = { from: this.at, to, begun: now, duration };
      this.moved();
    }
  }

  /** Goes a step. True: it moved, and goes on where it has not arrived. */
  follow(now: number): boolean {
    const { travel } = this;
    if (travel === null) return false;
    const { from, to, begun, duration } = travel;
    const part = Math.min(1, Math.max(0, (now - begun) / duration));
    const eased = part * (2 - part);
    const between = (a: number, b: number) => a + eased * (b - a);
    this.at = part === 1 ? to : { x: between(from.x, to.x), y: between(from.y, to.y), ratio: between(from.ratio, to.ratio) };
    if (part === 1) this.travel = null;
    return true;
  }
}
