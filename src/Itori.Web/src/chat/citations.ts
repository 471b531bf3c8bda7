/** A stretch of an answer: plain words, or words that name a message. */
export interface Cited {
  readonly text: string;
  /** The `seq` of the message; null: plain words. */
  readonly message: number | null;
}

// As the server names sources, to people and to models: "Ann (message 7)", "[Ann, message 7]".
const NAMED = /\bmessage (\d{1,12})\b/giu;

/** Cuts an answer at the messages that it names. Only one before `end` can be meant: a model may make a number up. */
export function citations(text: string, end: number): readonly Cited[] {
  const stretches: Cited[] = [];
  let from = 0;
  for (const match of text.matchAll(NAMED)) {
    const message = Number(match[1]);
    if (message < 1 || message >= end) continue;
    if (match.index > from) stretches.push({ text: text.slice(from, match.index), message: null });
    stretches.push({ text: match[0], message });
    from = match.index + match[0].length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from), message: null });
  return stretches;
}
