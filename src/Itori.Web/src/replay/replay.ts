import { PhaseTrack, type GraphState } from '@itori/client';
import { RestError, type Moment } from '../rest';
import { createStore } from '../store';

export interface Past {
  /** What is asked for, Unix ms. */
  readonly at: number;
  /** What is shown; null until the first answer. */
  readonly graph: GraphState | null;
  readonly turning: boolean;
  readonly loading: boolean;
  readonly playing: boolean;
  readonly speed: number;
  /** Why the moment cannot be shown. */
  readonly error: string | null;
}

export const speeds = [1, 10, 60, 600] as const;

type Ask = (at: number, signal: AbortSignal) => Promise<Moment>;

/** A moment is not asked for before the last one came, nor sooner than this after it, ms. */
const EVERY_MS = 120;

/**
 * The field as it was: one moment at a time is asked of the server, the latest wish wins. Null: the field is live. Playing asks for the next moment when the
 * last one has come, so that a slow server makes it coarse and not late.
 */
export class Replay {
  readonly store = createStore<Past | null>(null);
  readonly phases = new PhaseTrack();
  private asking: AbortController | null = null;
  private wanted: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private frame = 0;
  private played = 0;

  constructor(
    private readonly ask: Ask,
    private readonly clock: () => number = () => Date.now(),
    private readonly pictureClock: () => number = () => performance.now(),
  ) {}

  /** Shows the field as it was at a time; a time that is not over yet is live. */
  seek(at: number): void {
    if (at >= this.clock()) {
      this.live();
      return;
    }
    const before = this.store.get();
    const fresh: Past = { at, graph: null, turning: false, loading: true, playing: false, speed: 10, error: null };
    this.store.set(() => ({ ...(before ?? fresh), at, loading: true, error: null }));
    this.wanted = at;
    if (this.asking === null && this.timer === null) this.next();
  }

  play(speed?: number): void {
    if (this.store.get() === null) return;
    this.played = this.clock();
    this.store.set((past) => past && { ...past, playing: true, speed: speed ?? past.speed });
    this.schedule();
  }

  pause(): void {
    this.store.set((past) => past && { ...past, playing: false });
  }

  setSpeed(speed: number): void {
    this.store.set((past) => past && { ...past, speed });
  }

  live(): void {
    this.asking?.abort();
    this.asking = null;
    this.wanted = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.phases.enter(-1);
    this.store.set(() => null);
  }

  private next(): void {
    const at = this.wanted;
    if (at === null) return;
    this.wanted = null;
    const asking = new AbortController();
    this.asking = asking;
    this.ask(at, asking.signal).then(
      (moment) => this.asking === asking && this.take(moment),
      (error: unknown) => this.asking === asking && this.fail(error),
    );
  }

  private take({ graph, frame, turning }: Moment): void {
    this.asking = null;
    const before = this.store.get();
    if (before === null) return;
    // The same graph is the same object, so that nothing is laid out or listed anew.
    const same = before.graph !== null && before.graph.seq === graph.seq && before.graph.epoch === graph.epoch;
    this.phases.enter(graph.epoch);
    this.frame += 1;
    this.phases.push({ ...frame, epoch: graph.epoch, frame: this.frame }, this.pictureClock());
    this.store.set((past) => past && { ...past, graph: same ? before.graph : graph, turning, loading: this.wanted !== null });
    this.schedule();
  }

  private fail(error: unknown): void {
    this.asking = null;
    const words =
      error instanceof RestError && error.reason === 'history_gone'
        ? 'Nothing of that time is kept any more.'
        : error instanceof RestError
          ? error.message
          : 'The server cannot be reached.';
    this.store.set((past) => past && { ...past, loading: false, playing: false, error: words });
    if (this.wanted !== null) this.schedule();
  }

  private schedule(): void {
    if (this.timer !== null || this.asking !== null) return;
    const past = this.store.get();
    if (past === null || (this.wanted === null && !past.playing)) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.advance();
      this.next();
    }, EVERY_MS);
  }

  private advance(): void {
    const past = this.store.get();
    if (past === null || !past.playing) return;
    const now = this.clock();
    const at = past.at + (now - this.played) * past.speed;
    this.played = now;
    if (this.wanted === null) this.seek(at);
  }
}
