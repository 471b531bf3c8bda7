import { roomFor } from './gl';
import type { Rows } from './rows';

/** What stands where in an edge's numbers: the rows of its ends, and how strong it is, in (0, 1]. */
export const SOURCE = 0;
export const TARGET = 1;
export const STRENGTH = 2;
export const FIELDS = 3;

/** Edges are drawn from weak to strong; finer than this nobody sees an order. */
const RANKS = 64;

/** Edges as numbers for the graphics, from weak to strong. */
export class Edges {
  /** Another array whenever they changed, with room for more than there are. */
  numbers = new Float32Array(0);
  count = 0;
  private readonly unsorted: number[] = [];

  begin(): void {
    this.unsorted.length = 0;
  }

  /** Unless one of its ends is not to be seen. */
  add(rows: Rows, sourceId: string, targetId: string, weight: number): void {
    const source = rows.rowOf(sourceId) ?? -1;
    const target = rows.rowOf(targetId) ?? -1;
    if ((rows.radii[source] ?? 0) === 0 || (rows.radii[target] ?? 0) === 0) return;
    // Most relations of a real conversation weigh 0.05 to 0.3, those of a first message less; the root lets the eye tell them apart, and even the weakest is to be seen.
    this.unsorted.push(source, target, 0.25 + 0.75 * Math.sqrt(Math.max(0, Math.min(1, weight))));
  }

  /** Sorts by counting: of equals the one that was added first stays first. */
  end(): void {
    const { unsorted } = this;
    const rankOf = (at: number) => Math.min(RANKS - 1, Math.floor((unsorted[at + STRENGTH] ?? 0) * RANKS));
    const counts = new Uint32Array(RANKS);
    for (let at = 0; at < unsorted.length; at += FIELDS) counts[rankOf(at)] = (counts[rankOf(at)] ?? 0) + 1;
    const next = new Uint32Array(RANKS);
    for (let rank = 1; rank < RANKS; rank++) next[rank] = (next[rank - 1] ?? 0) + (counts[rank - 1] ?? 0);
    this.count = unsorted.length / FIELDS;
    this.numbers = new Float32Array(FIELDS * roomFor(this.count));
    for (let at = 0; at < unsorted.length; at += FIELDS) {
      const rank = rankOf(at);
      const place = next[rank] ?? 0;
      next[rank] = place + 1;
      for (let field = 0; field < FIELDS; field++) this.numbers[FIELDS * place + field] = unsorted[at + field] ?? 0;
    }
  }
}
