import { extractText, getDocumentProxy } from 'unpdf';

/** The library speaks on the same line, so that answers are told apart by their field. */
export interface PdfAnswer {
  /** Null: it cannot be read. */
  readonly pdfText: string | null;
}

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!(data instanceof ArrayBuffer)) return;
  const answer = (pdfText: string | null) => self.postMessage({ pdfText } satisfies PdfAnswer);
  read(data).then(answer, () => answer(null));
});

async function read(bytes: ArrayBuffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false });
  // A word that a line's end cut is one word again.
  return text.map((page) => page.replaceAll(/(\p{Ll})-\n(\p{Ll})/gu, '$1$2')).join('\n\n');
}
