/** A fixed number of samples over time, the oldest overwritten. */
export class History {
  private readonly times: Float64Array;
  private readonly values: Float64Array;
  private next = 0;
  private filled = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  get length(): number {
    return this.filled;
  }

  push(time: number, value: number): void {
    this.times[this.next] = time;
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.times.length;
    this.filled = Math.min(this.filled + 1, this.times.length);
  }

  /** Visits samples since a time, the oldest first. */
  forEachSince(since: number, visit: (time: number, value: number) => void): void {
    const capacity = this.times.length;
    for (let back = this.filled; back > 0; back--) {
      const at = (this.next - back + capacity) % capacity;
      const time = this.times[at] ?? 0;
      if (time >= since) visit(time, this.values[at] ?? 0);
    }
  }
}
