import { decode, fromSnapshot, type GraphState, type PhaseFrame } from '@itori/client';

/** How a field was at a time. */
export interface Moment {
  /** Unix ms. */
  readonly at: number;
  /** Whether the field turned then, or rested since nobody watched. */
  readonly turning: boolean;
  readonly graph: GraphState;
  readonly frame: PhaseFrame;
}

export const fileFormats = ['json', 'graphml', 'gexf'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What an import did, as `docs/exchange.md` has it. */
export interface Imported {
  readonly concepts: number;
  readonly relations: number;
  readonly nodes: number;
  readonly edges: number;
}

/** A request that the server refused, in its own words. */
export class RestError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** @throws RestError with reason `history_gone` where nothing of that time is kept any more. */
export async function fieldAt(graph: string, at: number, signal: AbortSignal): Promise<Moment> {
  const body = (await ask(`api/graphs/${encodeURIComponent(graph)}/field?at=${Math.round(at)}`, { signal })) as {
    readonly at: number;
    readonly turning: boolean;
    readonly graph: unknown;
    readonly phaseFrame: unknown;
  };
  const topic = `graph:${graph}`;
  const snapshot = decode({ v: 1, type: 'concept_update', topic, payload: { type: 'snapshot', data: body.graph } });
  const frame = decode({ v: 1, type: 'phase_frame', topic: `field:${graph}`, payload: body.phaseFrame });
  if (snapshot.type !== 'snapshot' || frame.type !== 'phase_frame') throw new RestError('bad_message', 'The server’s answer cannot be read.');
  return { at: body.at, turning: body.turning, graph: fromSnapshot(snapshot.snapshot), frame };
}

export function exportAddress(graph: string, format: FileFormat): string {
  return `api/graphs/${encodeURIComponent(graph)}/export?format=${format}`;
}

/** Puts a file into a graph, all of it or nothing. `id`: sent again under it, it changes nothing further. */
export async function importFile(graph: string, file: Blob, format: FileFormat, source: string, id: string): Promise<Imported> {
  const query = new URLSearchParams({ format, source: source.slice(0, 200), id });
  return (await ask(`api/graphs/${encodeURIComponent(graph)}/import?${query}`, { method: 'POST', body: file })) as Imported;
}

async function ask(address: string, request: RequestInit): Promise<unknown> {
  const response = await fetch(address, request).catch((error: unknown) => {
    // Browsers say this in words of their own, each in others.
    throw error instanceof TypeError ? new RestError('unreachable', 'The server cannot be reached.') : error;
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const refusal = (body ?? {}) as { readonly reason?: unknown; readonly message?: unknown };
  throw new RestError(
    typeof refusal.reason === 'string' ? refusal.reason : 'internal',
    typeof refusal.message === 'string' ? refusal.message : `The server answered ${response.status}.`,
  );
}
