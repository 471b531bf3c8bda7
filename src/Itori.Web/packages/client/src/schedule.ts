/** Runs a task soon, at most once per picture. */
export type Schedule = (task: () => void) => void;

const AT_LATEST_MS = 250;
const PICTURE_MS = 16;

/** With the next picture; a hidden page draws none, but its state must still move. */
export const soon: Schedule = (task) => {
  if (typeof requestAnimationFrame === 'undefined') {
    setTimeout(task, PICTURE_MS);
    return;
  }
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    task();
  };
  requestAnimationFrame(once);
  setTimeout(once, AT_LATEST_MS);
};

/** Collects values and hands them on together, soon, or at once when too many wait. */
export class Batch<T> {
  #waiting: T[] = [];
  #scheduled = false;

  constructor(
    private readonly schedule: Schedule,
    private readonly most: number,
    private readonly take: (values: readonly T[]) => void,
  ) {}

  add(value: T): void {
    this.#waiting.push(value);
    if (this.#waiting.length >= this.most) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      this.schedule(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const values = this.#waiting;
    this.#waiting = [];
    this.take(values);
  }

  clear(): void {
    this.#waiting = [];
  }
}
