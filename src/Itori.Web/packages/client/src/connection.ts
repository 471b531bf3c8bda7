import type { Pause } from './surroundings.js';

/** Where the connection stands. `closed` is the end until `connect` or `reconnect` is called. */
export type Connection =
  | {
      readonly state: 'connecting';
      /** Failures in a row. */
      readonly attempt: number;
      readonly reason: string;
      /** When the next try is, Unix ms; absent while one is under way. */
      readonly retryAt?: number;
      /** No try is made until this has ended. */
      readonly paused?: Pause;
    }
  | { readonly state: 'open'; readonly rttMs: number | null }
  | { readonly state: 'closed'; readonly reason: string };

/** The three words that people are shown. After some failures in a row it is `disconnected`, though trying goes on. */
export type Status = 'connecting' | 'open' | 'disconnected';

const FAILURES_OF_A_LOSS = 5;

export function statusOf(connection: Connection): Status {
  switch (connection.state) {
    case 'open':
      return 'open';
    case 'closed':
      return 'disconnected';
    case 'connecting':
      return connection.paused === 'offline' || connection.attempt >= FAILURES_OF_A_LOSS ? 'disconnected' : 'connecting';
  }
}

/** What to tell a person of a close without a reason of its own. */
export function closeReason(code: number, reason: string): string {
  if (reason !== '') return reason;
  switch (code) {
    case 1001:
      return 'The server goes away.';
    case 1008:
      return 'The server refused this connection.';
    case 1009:
      return 'A message was too large.';
    case 1013:
      return 'The server could not keep up with this connection.';
    default:
      return 'The connection was lost.';
  }
}
