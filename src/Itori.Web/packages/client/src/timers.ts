/** Timers of named purposes: starting one again moves it, and all can be stopped at once. */
export class Timers<Name extends string> {
  readonly #running = new Map<Name, ReturnType<typeof setTimeout>>();

  has(name: Name): boolean {
    return this.#running.has(name);
  }

  start(name: Name, afterMs: number, task: () => void): void {
    this.stop(name);
    this.#running.set(
      name,
      setTimeout(() => {
        this.#running.delete(name);
        task();
      }, Math.min(Math.max(0, afterMs), 2_147_483_647)), // A longer delay would run at once.
    );
  }

  stop(...names: readonly Name[]): void {
    for (const name of names) {
      const timer = this.#running.get(name);
      if (timer !== undefined) clearTimeout(timer);
      this.#running.delete(name);
    }
  }
}
