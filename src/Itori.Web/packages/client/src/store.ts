/** A value that tells when it changes. */
export interface Store<T> {
  readonly get: () => T;
  readonly set: (change: (state: T) => T) => void;
  /** Told after every change. Returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A store to look at only. */
export type ReadStore<T> = Pick<Store<T>, 'get' | 'subscribe'>;

export function createStore<T>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set: (change) => {
      const next = change(state);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
