import type { PhaseFrame } from '../protocol/messages.js';

const TAU = 2 * Math.PI;

/** The shortest way from one angle to another, in (−π, π] rad. */
export function arc(from: number, to: number): number {
  const turn = (to - from) % TAU;
  if (turn > Math.PI) return turn - TAU;
  return turn <= -Math.PI ? turn + TAU : turn;
}

/**
 * The phases between frames. Frames come ten times a second and may be skipped; what is drawn moves from where it stands to the latest frame along the shortest
 * arc, over the time that frames have lately taken to come. Frames never touch React: drawing code asks for a phase whenever it draws.
 */
export class PhaseTrack {
  #epoch = 0;
  #from: Float64Array = new Float64Array(0);
  #to: Float64Array = new Float64Array(0);
  #arrivedAt = 0;
  #intervalMs = 100;
  #lastFrame = -1;
  readonly #listeners = new Set<(frame: PhaseFrame) => void>();

  orderParameter = 0;
  meanPhase = 0;

  /** Whether a frame of this epoch was seen: before it, a concept's own first phase is drawn. */
  get running(): boolean {
    return this.#to.length > 0;
  }

  /** How many slots the latest frame has. */
  get slots(): number {
    return this.#to.length;
  }

  listen(listener: (frame: PhaseFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Slots of another epoch mean other concepts: what was known is void. */
  enter(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#from = new Float64Array(0);
    this.#to = new Float64Array(0);
    this.#lastFrame = -1;
  }

  /** Takes a frame in. False: it is of another epoch and says nothing here. */
  push(frame: PhaseFrame, nowMs: number): boolean {
    if (frame.epoch !== this.#epoch) return false;
    const next = bySlot(frame);
    const from = new Float64Array(next.length);
    for (let slot = 0; slot < next.length; slot++) from[slot] = this.at(slot, nowMs) ?? next[slot] ?? 0;
    const gap = nowMs - this.#arrivedAt;
    // A pause (a hidden tab, a reconnect) is no measure of the rate.
    if (this.#lastFrame >= 0 && gap < 1_000) this.#intervalMs += 0.2 * (gap - this.#intervalMs);
    this.#from = from;
    this.#to = next;
    this.#arrivedAt = nowMs;
    this.#lastFrame = frame.frame;
    this.orderParameter = frame.orderParameter;
    this.meanPhase = frame.meanPhase;
    for (const listener of this.#listeners) listener(frame);
    return true;
  }

  /** The phase of a slot at a time, in [0, 2π) rad; undefined for a slot that no frame has had. */
  at(slot: number, nowMs: number): number | undefined {
    const to = this.#to[slot];
    if (to === undefined || Number.isNaN(to)) return undefined;
    const from = this.#from[slot] ?? to;
    const part = Math.min(1, Math.max(0, (nowMs - this.#arrivedAt) / Math.max(20, this.#intervalMs)));
    return (((from + part * arc(from, to)) % TAU) + TAU) % TAU;
  }

  /** The phase of a slot as the latest frame says it. */
  latest(slot: number): number | undefined {
    const phase = this.#to[slot];
    return Number.isNaN(phase) ? undefined : phase;
  }
}

/** A frame of some slots says nothing of the others. */
function bySlot({ phases, slots }: PhaseFrame): Float64Array {
  if (slots === undefined) return Float64Array.from(phases);
  const all = new Float64Array(slots.reduce((most, slot) => Math.max(most, slot + 1), 0)).fill(Number.NaN);
  slots.forEach((slot, index) => {
    all[slot] = phases[index] ?? Number.NaN;
  });
  return all;
}
