/** A stretch of text that is said plainly or with emphasis. */
export interface Stretch {
  readonly text: string;
  readonly strong: boolean;
}

const STRONG = /\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*/gu;

/** Cuts a model's text at its `**marks**`. Marks that have no partner (yet, while the answer is streaming) stay as they are. */
export function emphasis(text: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const match of text.matchAll(STRONG)) {
    if (match.index > from) stretches.push({ text: text.slice(from, match.index), strong: false });
    stretches.push({ text: match[1] ?? '', strong: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from), strong: false });
  return stretches;
}
