import type { Place } from './client';
import { keep, recall } from './kept';

const KEY = 'itori.session';
const SELVES_KEY = 'itori.selves';

/** Session and graph from the page's address; without a session there, the one of the last visit. */
export function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  return { session: query.get('session') ?? recall('browser', KEY), graph: query.get('graph') };
}

/** Keeps the address such that copying it shares this very session and graph. */
export function writePlace(session: string, graph: string): void {
  const address = new URL(location.href);
  address.searchParams.set('session', session);
  address.searchParams.set('graph', graph);
  if (address.href !== location.href) history.replaceState(null, '', address);
  keep('browser', KEY, session);
}

/** Who this tab was before it was loaded anew; where nothing may be kept, nobody: what was said then stands under another name. Another tab is another person, also in the same browser. */
export function readSelves(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(recall('tab', SELVES_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function writeSelves(selves: readonly string[]): void {
  keep('tab', SELVES_KEY, JSON.stringify(selves));
}

export function endpoint(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
