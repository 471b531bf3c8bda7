import type { ItoriClient } from '../client';
import { importFile, type FileFormat } from '../rest';
import type { Ingest } from '../store';
import type { PdfAnswer } from './pdfWorker';

export type FileKind = { readonly kind: 'graph'; readonly format: FileFormat } | { readonly kind: 'text' } | { readonly kind: 'pdf' } | { readonly kind: 'unknown' };

const TEXTS = new Set(['txt', 'md', 'markdown', 'text', 'csv', 'tsv', 'html', 'htm', 'rst', 'org', 'tex', 'log']);
/** A text that a document may have, bytes: what the server takes in one message. */
export const MAX_TEXT = 1_500_000;

/** What a file is, by its name and then by its type. */
export function kindOf(name: string, type: string): FileKind {
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  if (extension === 'graphml' || extension === 'gexf' || extension === 'json') return { kind: 'graph', format: extension };
  if (extension === 'pdf' || type === 'application/pdf') return { kind: 'pdf' };
  if (TEXTS.has(extension) || type.startsWith('text/')) return { kind: 'text' };
  return { kind: 'unknown' };
}

let nextKey = 0;

/** Puts files into the graph: graphs as they are, texts as documents. What becomes of each is told in the list of documents. */
export async function addFiles(client: ItoriClient, files: readonly File[]): Promise<void> {
  for (const file of files) await addFile(client, file);
}

async function addFile(client: ItoriClient, file: File): Promise<void> {
  const what = kindOf(file.name, file.type);
  if (what.kind === 'text') {
    if (file.size > MAX_TEXT) noteDone(client, file, 'It is too long for one document: cut it into parts.');
    else client.ingest(await file.text(), file.name);
    return;
  }
  const key = begin(client, file);
  try {
    if (what.kind === 'unknown') throw new Error('Not a text, a PDF or a graph (JSON, GraphML, GEXF).');
    if (what.kind === 'pdf') {
      const text = await pdfText(await file.arrayBuffer());
      remove(client, key);
      if (text.trim() === '') noteDone(client, file, 'There is no text in it: its pages are pictures.');
      else client.ingest(text.slice(0, MAX_TEXT), file.name);
      return;
    }
    const { graphId } = client.store.get();
    if (graphId === null) throw new Error('The server cannot be reached.');
    const done = await importFile(graphId, file, what.format, file.name, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    update(client, key, { progress: 1, done: { concepts: done.concepts, relations: done.relations } });
  } catch (error) {
    update(client, key, { error: error instanceof Error ? error.message : 'It could not be read.' });
  }
}

/** The words of a PDF, page by page, read by a worker that is only fetched for that. */
function pdfText(bytes: ArrayBuffer): Promise<string> {
  const worker = new Worker(new URL('./pdfWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<string>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Partial<PdfAnswer>>) => {
      if (data.pdfText === null) reject(new Error('This PDF cannot be read.'));
      else if (data.pdfText !== undefined) resolve(data.pdfText);
    });
    worker.addEventListener('error', () => reject(new Error('This PDF cannot be read.')));
    worker.postMessage(bytes, [bytes]);
  }).finally(() => worker.terminate());
}

function begin(client: ItoriClient, file: File): string {
  nextKey += 1;
  const key = `f${nextKey}`;
  const ingest: Ingest = { key, source: file.name, characters: file.size, progress: 0, done: null, error: null };
  client.store.set((state) => ({ ...state, ingests: [...state.ingests, ingest].slice(-20) }));
  return key;
}

function noteDone(client: ItoriClient, file: File, error: string): void {
  update(client, begin(client, file), { error });
}

function update(client: ItoriClient, key: string, change: Partial<Ingest>): void {
  client.store.set((state) => ({ ...state, ingests: state.ingests.map((ingest) => (ingest.key === key ? { ...ingest, ...change } : ingest)) }));
}

function remove(client: ItoriClient, key: string): void {
  client.store.set((state) => ({ ...state, ingests: state.ingests.filter((ingest) => ingest.key !== key) }));
}
