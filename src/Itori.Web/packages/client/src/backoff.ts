/** How long to wait before a next try, and when to stop trying. */
export interface BackoffOptions {
  /** The first delay's upper end, ms. */
  readonly firstMs: number;
  /** No delay is longer, ms. */
  readonly maxMs: number;
  /** After so many failures in a row there is no next try. */
  readonly maxAttempts: number;
}

export const defaultBackoff: BackoffOptions = { firstMs: 400, maxMs: 15_000, maxAttempts: 14 };

/**
 * Exponential backoff with jitter: the n-th delay lies in [1/2, 1] of min(max, first · 2ⁿ), so that the clients of a lost gateway do not come back at once.
 */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number,
  ) {}

  get attempt(): number {
    return this.failures;
  }

  /** The next delay in ms; null when it is time to give up. */
  next(): number | null {
    if (this.failures >= this.options.maxAttempts) return null;
    const ceiling = Math.min(this.options.maxMs, this.options.firstMs * 2 ** this.failures);
    this.failures += 1;
    return ceiling * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.failures = 0;
  }
}
