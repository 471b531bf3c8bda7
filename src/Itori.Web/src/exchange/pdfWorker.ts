import { extractText, getDocumentProxy } from 'unpdf';

self.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
  read(data).then(
    (text) => self.postMessage({ text }),
    () => self.postMessage({}),
  );
});

async function read(bytes: ArrayBuffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false });
  // A word that a line's end cut is one word again.
  return text.map((page) => page.replaceAll(/(\p{Ll})-\n(\p{Ll})/gu, '$1$2')).join('\n\n');
}
