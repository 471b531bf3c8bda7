import type { Place } from './client';

const KEY = 'itori.session';

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
