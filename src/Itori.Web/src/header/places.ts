/** Sessions and fields that were open in this browser: there is no list of all of them, since whoever knows a session's id can read it. */
export interface KnownPlace {
  readonly session: string;
  readonly graph: string;
  /** What it was about when it was last open: its heaviest concepts. */
  readonly about: string;
  /** Unix ms. */
  readonly at: number;
}

const KEY = 'itori.places';
const MAX_PLACES = 24;

export function knownPlaces(storage: Pick<Storage, 'getItem'> | undefined = safeStorage()): readonly KnownPlace[] {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPlace) : [];
  } catch {
    return [];
  }
}

/** Puts a place at the head of the list; the oldest beyond the limit goes. */
export function rememberPlace(place: KnownPlace, storage: Pick<Storage, 'getItem' | 'setItem'> | undefined = safeStorage()): void {
  const others = knownPlaces(storage).filter((known) => known.session !== place.session || known.graph !== place.graph);
  try {
    storage?.setItem(KEY, JSON.stringify([place, ...others].slice(0, MAX_PLACES)));
  } catch {
    // Storage may be full or forbidden: then there is no list.
  }
}

export function addressOf(session: string | null, graph: string): string {
  const query = new URLSearchParams({ ...(session === null ? {} : { session }), graph });
  return `?${query}`;
}

/** An id of letters, digits and `._~-`, made of what somebody typed; empty when nothing of it can stand. */
export function idOf(words: string): string {
  return words
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .replaceAll(/[^A-Za-z0-9._~-]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 128);
}

function isPlace(value: unknown): value is KnownPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { session, graph, about, at } = value as Record<string, unknown>;
  return typeof session === 'string' && typeof graph === 'string' && typeof about === 'string' && typeof at === 'number';
}

function safeStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
