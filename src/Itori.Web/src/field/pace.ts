/** A picture that comes within this time of being asked for comes in time, ms. */
const IN_TIME_MS = 26;
const LONGEST_PAUSE_MS = 800;

/**
 * Asks for pictures no faster than the machine draws them. Where one comes late (software rendering, a busy machine), the next is asked for after twice that
 * delay, so that drawing never takes more than about a third of the time and the page stays quick to the hand.
 */
export class Pace {
  private request = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lagMs = 0;

  constructor(private readonly draw: () => void) {}

  /** Has the picture drawn once, soon. */
  wake(): void {
    if (this.request !== 0 || this.timer !== null) return;
    if (this.lagMs <= IN_TIME_MS) this.ask();
    else {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.ask();
      }, Math.min(LONGEST_PAUSE_MS, 2 * this.lagMs));
    }
  }

  /** Has it drawn with the browser's next picture, however slow the machine is: for what follows a hand. */
  hurry(): void {
    if (this.request !== 0) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.ask();
  }

  stop(): void {
    cancelAnimationFrame(this.request);
    if (this.timer !== null) clearTimeout(this.timer);
    this.request = 0;
    this.timer = null;
  }

  private ask(): void {
    const asked = performance.now();
    this.request = requestAnimationFrame(() => {
      this.request = 0;
      // A hidden page gets no pictures at all, which says nothing of the machine: hence the limit.
      const lag = Math.min(LONGEST_PAUSE_MS, performance.now() - asked);
      this.lagMs += 0.25 * (lag - this.lagMs);
      this.draw();
    });
  }
}
