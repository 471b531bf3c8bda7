/** What keeps a client from trying: nobody looks, or there is no network. */
export type Pause = 'hidden' | 'offline';

/** Where a client runs: whether trying makes sense now, and when that changes. */
export interface Surroundings {
  /** Null: nothing speaks against trying. */
  readonly pause: () => Pause | null;
  /** Told after a change. Returns what ends it. */
  readonly listen: (changed: () => void) => () => void;
}

/** A program without a page and without a say about its network. */
export const anywhere: Surroundings = { pause: () => null, listen: () => () => undefined };

/** This page and this browser's network, or `anywhere` outside of a browser. */
export function page(): Surroundings {
  if (typeof document === 'undefined' || typeof window === 'undefined') return anywhere;
  return {
    pause: () => {
      if (document.visibilityState === 'hidden') return 'hidden';
      return navigator.onLine ? null : 'offline';
    },
    listen: (changed) => {
      document.addEventListener('visibilitychange', changed);
      window.addEventListener('online', changed);
      window.addEventListener('offline', changed);
      return () => {
        document.removeEventListener('visibilitychange', changed);
        window.removeEventListener('online', changed);
        window.removeEventListener('offline', changed);
      };
    },
  };
}

/** Whether an address is this machine's own, which needs no network. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
