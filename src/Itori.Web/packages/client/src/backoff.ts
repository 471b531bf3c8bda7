/** How long to wait before a next try, and when to stop trying. */
export interface BackoffOptions {
  /** The first delay's upper end, ms. */
  readonly firstMs: number;
  /** By how much the upper end grows with every failure. */
  readonly factor: number;
  /** No delay is longer, ms. */
  readonly maxMs: number;
  /** After so many failures in a row there is no next try. */
  readonly maxAttempts: number;
}

export const defaultBackoff: BackoffOptions = { firstMs: 1_000, factor: 1.5, maxMs: 30_000, maxAttempts: Number.POSITIVE_INFINITY };

/**
 * Exponential backoff with full jitter: the n-th delay (n = 0, 1, …) is uniform in [0, min(max, first · factorⁿ)). The whole range is used, since clients that lost the same
 * gateway at the same moment are then spread over all of it.
 */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly options: BackoffOptions,
    /** Uniform in [0, 1). */
    private readonly random: () => number,
  ) {}

  get attempt(): number {
    return this.#failures;
  }

  /** The next delay in ms; null when it is time to give up. */
  next(): number | null {
    if (this.#failures >= this.options.maxAttempts) return null;
    // The power overflows to infinity after some thousand failures, which the minimum takes.
    const ceiling = Math.min(this.options.maxMs, this.options.firstMs * this.options.factor ** this.#failures);
    this.#failures += 1;
    return ceiling * this.random();
  }

  reset(): void {
    this.#failures = 0;
  }
}
