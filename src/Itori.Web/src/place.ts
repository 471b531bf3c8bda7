import type { Place } from './client';

const KEY = 'itori.session';
const SELVES_KEY = 'itori.selves';

/** Session and graph from the page's address; without a session there, the one of the last visit. */
export function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  return { session: query.get('session') ?? remembered(), graph: query.get('graph') };
}

/** Keeps the address such that copying it shares this very session and graph. */
export function writePlace(session: string, graph: string): void {
  const address = new URL(location.href);
  address.searchParams.set('session', session);
  address.searchParams.set('graph', graph);
  if (address.href !== location.href) history.replaceState(null, '', address);
  try {
    localStorage.setItem(KEY, session);
  } catch {
    // Storage may be forbidden; the address still carries the session.
  }
}

/** Who this tab was before it was loaded anew. Another tab is another person, also in the same browser. */
export function readSelves(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(SELVES_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function writeSelves(selves: readonly string[]): void {
  try {
    sessionStorage.setItem(SELVES_KEY, JSON.stringify(selves));
  } catch {
    // Storage may be forbidden: then what was said before a reload stands under another name.
  }
}

export function endpoint(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
