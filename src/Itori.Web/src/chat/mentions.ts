import type { Concept } from '@itori/client';

/** Finds concept labels in running text. */
export interface MentionIndex {
  /** Labels as normal words, by their first word, the longest first. */
  readonly byFirst: ReadonlyMap<string, readonly { readonly id: string; readonly words: readonly string[] }[]>;
  readonly labels: ReadonlyMap<string, string>;
}

export type Segment = { readonly text: string; readonly concept: string | null };

export const noMentions: MentionIndex = { byFirst: new Map(), labels: new Map() };

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;

/** Builds the index, or returns the former one when no label changed, so that messages need not be drawn again. */
export function indexMentions(concepts: ReadonlyMap<string, Concept>, former: MentionIndex): MentionIndex {
  if (concepts.size === former.labels.size) {
    let same = true;
    for (const { id, label } of concepts.values()) {
      if (former.labels.get(id) === label) continue;
      same = false;
      break;
    }
    if (same) return former;
  }
  const byFirst = new Map<string, { id: string; words: readonly string[] }[]>();
  const labels = new Map<string, string>();
  for (const { id, label } of concepts.values()) {
    labels.set(id, label);
    const words = [...label.matchAll(WORD)].map((match) => normal(match[0]));
    const first = words[0];
    if (first === undefined) continue;
    const entry = { id, words };
    const others = byFirst.get(first);
    if (others === undefined) byFirst.set(first, [entry]);
    else others.push(entry);
  }
  for (const entries of byFirst.values()) entries.sort((a, b) => b.words.length - a.words.length);
  return { byFirst, labels };
}

/** Cuts a text into plain stretches and mentions; the longest label wins where several begin at one word. */
export function segments(text: string, index: MentionIndex): readonly Segment[] {
  if (index.byFirst.size === 0) return [{ text, concept: null }];
  const words = [...text.matchAll(WORD)].map((match) => ({ word: normal(match[0]), start: match.index, end: match.index + match[0].length }));
  const result: Segment[] = [];
  let from = 0;
  for (let at = 0; at < words.length; at++) {
    const first = words[at];
    if (first === undefined) break;
    const found = index.byFirst.get(first.word)?.find((label) => label.words.every((word, step) => words[at + step]?.word === word));
    const last = found === undefined ? undefined : words[at + found.words.length - 1];
    if (found === undefined || last === undefined) continue;
    if (first.start > from) result.push({ text: text.slice(from, first.start), concept: null });
    result.push({ text: text.slice(first.start, last.end), concept: found.id });
    from = last.end;
    at += found.words.length - 1;
  }
  if (from < text.length) result.push({ text: text.slice(from), concept: null });
  return result;
}

// Case and plain plurals: enough to recognise a label in a text, not to decide sameness, which is the server's.
function normal(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s$/u, '');
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  return lower.length > 3 && lower.endsWith('s') && !lower.endsWith('ss') ? lower.slice(0, -1) : lower;
}
