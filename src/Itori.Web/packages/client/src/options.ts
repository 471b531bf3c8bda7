import type { TokenSource } from './auth.js';
import type { BackoffOptions } from './backoff.js';
import type { Codec } from './codec.js';
import type { Connection } from './connection.js';
import type { OutboxOptions, Reply } from './outbox.js';
import type { ServerMessage, User, WireMessage } from './protocol/messages.js';
import type { QueueStore, StoredCommand } from './queue.js';
import type { Surroundings } from './surroundings.js';

export type Welcome = Extract<ServerMessage, { type: 'welcome' }>;

export interface SocketOptions {
  /** Asked anew for every connection, since the session may become known with the first. */
  readonly url: () => string;
  readonly token?: TokenSource;
  /** Besides JSON, the most wanted first. */
  readonly codecs?: readonly Codec[];
  readonly open?: (url: string, protocols: string[]) => WebSocket;
  readonly random?: () => number;
  readonly surroundings?: Surroundings;
  readonly backoff?: Partial<BackoffOptions>;
  readonly outbox?: Partial<OutboxOptions>;
  /** Keeps commands beyond this page's life; without it they live in memory. */
  readonly queue?: QueueStore;
  /** Told to the server, for its logs. */
  readonly clientType?: string;
  /** How long opening, `welcome` and `auth_success` may take together, ms. */
  readonly openTimeoutMs?: number;
  /** How long the server may be silent after a ping, ms. */
  readonly pongTimeoutMs?: number;
  /** A connection that lived this long makes the next failure the first one again, ms. */
  readonly stableMs?: number;
}

export interface SocketEvents {
  readonly connection: (connection: Connection) => void;
  /** Signed in: the place to subscribe. Commands that wait are sent right after. */
  readonly ready: (welcome: Welcome, user: User) => void;
  /** Everything that is not a reply to a command or a request, and every `subscribed`. */
  readonly message: (message: ServerMessage) => void;
  /** Every message as it came, before it is looked at. */
  readonly raw?: (message: WireMessage) => void;
  /** A command that an earlier page left is going to be sent by this one. */
  readonly restored?: (command: StoredCommand, reply: Promise<Reply>) => void;
  /** Something went wrong that no caller can be told of. */
  readonly problem?: (error: Error) => void;
}
