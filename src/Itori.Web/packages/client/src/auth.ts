/** What an application has to show for a person. */
export interface Token {
  readonly token: string;
  /** Unix ms. Where the server says when a token ends, that counts. */
  readonly expiresAt?: number;
}

/**
 * Gives the token to sign in with; undefined: without one. Asked at every connection (`connect`), before the last one ends (`renew`), and once more where the server did
 * not take it (`refused`), when a cached one must not be given again. One that throws is asked again later.
 */
export type TokenSource = (reason: 'connect' | 'renew' | 'refused') => TokenAnswer | Promise<TokenAnswer>;

type TokenAnswer = string | Token | undefined;

/** Asks a source; undefined without one. */
export async function askToken(source: TokenSource | undefined, reason: Parameters<TokenSource>[0]): Promise<Token | undefined> {
  const answer = await source?.(reason);
  return typeof answer === 'string' ? { token: answer } : answer;
}

const LEAST_WAIT_MS = 5_000;
const MOST_MARGIN_MS = 60_000;

/**
 * When to renew a token, in ms from now: after nine tenths of what is left, but no more than a minute before its end. Never at once, since a clock that is ahead would make the
 * client sign in without a pause.
 */
export function renewIn(expiresAt: number, now: number): number {
  const left = expiresAt - now;
  return Math.max(LEAST_WAIT_MS, left - Math.min(MOST_MARGIN_MS, left / 10));
}
