import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Itori } from '../itori.js';
import type { Connection } from '../connection.js';
import type { ReadStore } from '../store.js';

const Context = createContext<Itori | null>(null);

/** Gives a client to the components below, and connects it for as long as it is shown. */
export function ItoriProvider({ client, children }: { readonly client: Itori; readonly children: ReactNode }) {
  useEffect(() => hold(client), [client]);
  return <Context value={client}>{children}</Context>;
}

const holders = new WeakMap<Itori, number>();

/** Connects a client until all who hold it have let go. */
export function hold(client: Itori): () => void {
  const count = (holders.get(client) ?? 0) + 1;
  holders.set(client, count);
  if (count === 1) client.connect();
  return () => {
    holders.set(client, (holders.get(client) ?? 1) - 1);
    // A component that only moves comes back in the same breath.
    setTimeout(() => {
      if (holders.get(client) === 0) client.disconnect();
    }, 0);
  };
}

/** The client of the provider above; null without one. */
export function useMaybeItori(): Itori | null {
  return useContext(Context);
}

/** @throws Error without a provider above. */
export function useItori(): Itori {
  const client = useMaybeItori();
  if (client === null) throw new Error('No ItoriProvider above this component.');
  return client;
}

export function useConnection(): Connection {
  return useStore(useItori().connection);
}

export function useStore<T>(store: ReadStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

const nothing = { get: () => undefined, subscribe: () => () => undefined };

/** A store's value, or `otherwise` while there is no store. */
export function useMaybeStore<T>(store: ReadStore<T> | undefined, otherwise: T): T {
  const { subscribe, get } = store ?? nothing;
  const value = useSyncExternalStore<T | undefined>(subscribe, get, get);
  return value === undefined ? otherwise : value;
}

/** A feed for as long as the component is shown; undefined in its first picture. `key` tells feeds apart. */
export function useFeed<F extends { readonly topic: string }>(key: string, open: (client: Itori) => F): F | undefined {
  const client = useItori();
  const [held, setHeld] = useState<{ readonly key: string; readonly feed: F }>();
  useEffect(() => {
    const feed = open(client);
    setHeld({ key, feed });
    // A component that only moves gives back and asks again in one breath: the topic need not be left for that.
    return () => void setTimeout(() => client.release(feed), 0);
    // `open` is a new function in every picture; `key` stands for what it opens.
  }, [client, key]);
  return held?.key === key ? held.feed : undefined;
}
