import type { PhaseTrack } from '@itori/client';
import type { Rows } from './rows';

/** With little motion wanted, hues change this rarely, ms. */
const STILL_EVERY_MS = 500;
/** How long after a frame phases still glide to where it says, ms. */
const GLIDE_MS = 400;

/** Brings phases into the picture: says when it has to be drawn again because they turned, and writes them where the nodes are drawn from. */
export class Turning {
  private unlisten: () => void = () => undefined;
  private moved = false;
  private until = 0;
  private last = -Infinity;

  constructor(
    private readonly rows: Rows,
    private phases: PhaseTrack,
    private readonly still: () => boolean,
    private readonly wake: () => void,
  ) {
    this.follow(phases);
  }

  /** Where phases come from: the live field, or one that is replayed. */
  follow(phases: PhaseTrack): void {
    this.unlisten();
    this.phases = phases;
    this.unlisten = phases.listen(() => {
      const now = performance.now();
      if (this.still() && now - this.last < STILL_EVERY_MS) return;
      this.last = now;
      this.moved = true;
      this.until = now + GLIDE_MS;
      this.wake();
    });
    this.moved = true;
    this.wake();
  }

  /** Whether what was drawn last is no longer how it is. */
  isDue(now: number): boolean {
    return this.moved || now < this.until;
  }

  /** They were drawn. True: they go on turning. */
  drawn(now: number): boolean {
    this.moved = false;
    return !this.still() && now < this.until;
  }

  /** Writes the phases of this moment. One that no frame has told yet is where the oscillator began. */
  write(): void {
    const { phases, rows } = this;
    const still = this.still();
    const now = performance.now();
    for (const [row, { slot, phase }] of rows.nodes.entries()) rows.phases[row] = (still ? phases.latest(slot) : phases.at(slot, now)) ?? phase;
  }

  stop(): void {
    this.unlisten();
  }
}
