import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ItoriClient } from '../client';
import type { AppState } from '../store';

export const ItoriContext = createContext<ItoriClient | null>(null);

export function useClient(): ItoriClient {
  const client = useContext(ItoriContext);
  if (client === null) throw new Error('No ItoriContext above this component.');
  return client;
}

/** A part of the state. The selector must return what the state holds (no new object), or the component would render for ever. */
export function useApp<T>(select: (state: AppState) => T): T {
  const { store } = useClient();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
