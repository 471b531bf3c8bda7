import { Backoff, defaultBackoff, type BackoffOptions } from './backoff.js';
import { defaultOutbox, Outbox, RefusedError, UnsentError, type OutboxOptions, type Reply } from './outbox.js';
import { decode } from './protocol/decode.js';
import { DecodeError } from './protocol/fields.js';
import type { Command, Request, ServerMessage, User } from './protocol/messages.js';

export type Welcome = Extract<ServerMessage, { type: 'welcome' }>;

/** Where the connection stands. `closed` is the end until `connect` is called again. */
export type Connection =
  | { readonly state: 'connecting'; readonly attempt: number; readonly reason: string }
  | { readonly state: 'open'; readonly rttMs: number | null }
  | { readonly state: 'closed'; readonly reason: string };

export interface SocketOptions {
  /** Asked anew for every connection, since the session becomes known with the first. */
  readonly url: () => string;
  readonly token?: () => string | undefined;
  readonly open?: (url: string, protocol: string) => WebSocket;
  readonly random?: () => number;
  readonly backoff?: Partial<BackoffOptions>;
  readonly outbox?: Partial<OutboxOptions>;
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
  /** Everything that is not a reply to a command or a request. */
  readonly message: (message: ServerMessage) => void;
}

const PROTOCOL = 'itori.v1.json';
/** Requests that may wait for a reply at one time. */
const MAX_REQUESTS = 100;

/**
 * One connection to the server that comes back by itself: it signs in, keeps a heartbeat, sends commands until they are answered and follows the server when it
 * asks to reconnect. It knows nothing of React, of topics or of what the messages mean.
 */
export class ItoriSocket {
  private readonly outbox: Outbox;
  private readonly backoff: Backoff;
  private readonly requests = new Map<string, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  private socket: WebSocket | null = null;
  private ready = false;
  private wanted = false;
  private rttMs: number | null = null;
  private nextId = 0;
  private readonly idPrefix: string;

  private retryTimer: Timer = null;
  private openTimer: Timer = null;
  private heartbeatTimer: Timer = null;
  private pongTimer: Timer = null;
  private stableTimer: Timer = null;
  private moveTimer: Timer = null;

  constructor(
    private readonly options: SocketOptions,
    private readonly events: SocketEvents,
  ) {
    const random = options.random ?? Math.random;
    this.backoff = new Backoff({ ...defaultBackoff, ...options.backoff }, random);
    this.outbox = new Outbox({ ...defaultOutbox, ...options.outbox }, (frame) => this.ready && this.write(frame));
    // Ids must be unique over all clients, for ever: the server keeps them to apply a command once.
    this.idPrefix = crypto.randomUUID();
  }

  /** Connects, or cuts the wait for the next try short. */
  connect(): void {
    this.wanted = true;
    if (this.socket !== null) return;
    this.backoff.reset();
    this.open('');
  }

  /** Tries now if a try is waiting; nothing otherwise. For when the network or the page comes back. */
  hurry(): void {
    if (this.wanted && this.socket === null && this.retryTimer !== null) this.open('');
  }

  /** Ends for good. Unanswered commands are rejected. */
  close(): void {
    this.giveUp('closed');
    this.outbox.rejectAll(new UnsentError('closed', 'The connection was closed.'));
  }

  /** Sends a command until it is answered. Rejects with RefusedError or UnsentError. */
  send(command: Command): Promise<Reply> {
    return this.outbox.add(this.id(), command);
  }

  /** Asks over this connection. Rejects when it is lost before the reply. */
  request(request: Request): Promise<Reply> {
    const id = this.id();
    if (this.requests.size >= MAX_REQUESTS || !this.write(JSON.stringify({ v: 1, id, ...request }))) {
      return Promise.reject(new UnsentError('disconnected', 'Not connected.'));
    }
    return new Promise((resolve, reject) => this.requests.set(id, { resolve, reject }));
  }

  /** Says something that nobody misses when it is lost, such as a cursor. */
  notify(request: Request): void {
    if (this.ready) this.write(JSON.stringify({ v: 1, ...request }));
  }

  private id(): string {
    this.nextId += 1;
    return `${this.idPrefix}-${this.nextId}`;
  }

  private write(frame: string): boolean {
    if (this.socket === null || this.socket.readyState !== 1) return false;
    this.socket.send(frame);
    return true;
  }

  private open(reason: string): void {
    this.retryTimer = stop(this.retryTimer);
    this.moveTimer = stop(this.moveTimer);
    this.events.connection({ state: 'connecting', attempt: this.backoff.attempt, reason });
    const open = this.options.open ?? ((url, protocol) => new WebSocket(url, protocol));
    const socket = open(this.options.url(), PROTOCOL);
    this.socket = socket;
    socket.onmessage = (event: MessageEvent) => this.receive(socket, event.data);
    // An error says nothing that the close behind it does not.
    socket.onerror = () => undefined;
    socket.onclose = (event: CloseEvent) => this.lost(socket, closeReason(event.code, event.reason));
    this.openTimer = setTimeout(() => this.drop('The server does not answer.'), this.options.openTimeoutMs ?? 10_000);
  }

  private receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== 'string') return;
    this.pongTimer = stop(this.pongTimer);
    let message: ServerMessage;
    try {
      message = decode(data);
    } catch (error) {
      // What cannot be read may have been a durable event. The hole that it leaves in its topic's seq is repaired like any other.
      if (!(error instanceof DecodeError)) throw error;
      console.warn(error.message);
      return;
    }
    if (this.answered(message)) return;
    switch (message.type) {
      case 'welcome':
        this.welcomed(socket, message);
        break;
      case 'reconnect':
        this.move(message.afterMs);
        break;
      default:
        this.events.message(message);
    }
  }

  private answered(message: ServerMessage): boolean {
    if (this.outbox.settle(message)) return true;
    if (!('correlationId' in message) || message.correlationId === undefined) return false;
    const waiting = this.requests.get(message.correlationId);
    if (waiting === undefined) return false;
    this.requests.delete(message.correlationId);
    if (message.type === 'error') waiting.reject(new RefusedError(message));
    else waiting.resolve(message);
    return true;
  }

  private welcomed(socket: WebSocket, welcome: Welcome): void {
    const token = this.options.token?.();
    this.request({ type: 'auth', payload: { client_type: 'web', ...(token === undefined ? {} : { token }) } }).then(
      (reply) => {
        if (socket !== this.socket) return;
        if (reply.type === 'auth_failure') this.giveUp(reply.message);
        else if (reply.type === 'auth_success') this.signedIn(welcome, reply.user);
      },
      (error: unknown) => {
        if (socket !== this.socket) return;
        if (error instanceof RefusedError && error.error.code === 401) this.giveUp(error.message);
        else this.drop(error instanceof Error ? error.message : 'Signing in failed.');
      },
    );
  }

  private signedIn(welcome: Welcome, user: User): void {
    this.openTimer = stop(this.openTimer);
    this.ready = true;
    this.outbox.maxMessageBytes = welcome.maxMessageBytes;
    this.events.connection({ state: 'open', rttMs: this.rttMs });
    this.events.ready(welcome, user);
    this.outbox.flush();
    this.stableTimer = setTimeout(() => this.backoff.reset(), this.options.stableMs ?? 5_000);
    this.beat(Math.max(1, welcome.heartbeatMs));
  }

  private beat(everyMs: number): void {
    this.heartbeatTimer = setTimeout(() => {
      this.pongTimer ??= setTimeout(() => this.drop('The connection went silent.'), this.options.pongTimeoutMs ?? 5_000);
      const sent = performance.now();
      this.request({ type: 'ping', payload: { timestamp: Date.now() } }).then(
        () => {
          this.rttMs = performance.now() - sent;
          if (this.ready) this.events.connection({ state: 'open', rttMs: this.rttMs });
        },
        () => undefined, // The connection's loss says it already.
      );
      this.beat(everyMs);
    }, everyMs);
  }

  /** The server asked to come back elsewhere: until then this connection goes on. */
  private move(afterMs: number): void {
    if (this.moveTimer !== null) return;
    this.moveTimer = setTimeout(() => {
      this.moveTimer = null;
      this.backoff.reset();
      if (this.socket === null) this.open('The server moves.');
      else this.drop('The server moves.', 0);
    }, afterMs);
  }

  /** Lets go of a connection without waiting for the other end, which may never answer. */
  private drop(reason: string, delayMs?: number): void {
    const socket = this.socket;
    if (socket === null) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close(1000);
    this.lost(socket, reason, delayMs);
  }

  private lost(socket: WebSocket, reason: string, delayMs?: number): void {
    if (socket !== this.socket) return;
    this.forget();
    if (!this.wanted) return;
    if (this.moveTimer !== null) {
      // The server told when to come back.
      this.events.connection({ state: 'connecting', attempt: 0, reason });
      return;
    }
    const delay = delayMs ?? this.backoff.next();
    if (delay === null) {
      this.giveUp(reason);
      return;
    }
    this.events.connection({ state: 'connecting', attempt: this.backoff.attempt, reason });
    this.retryTimer = setTimeout(() => this.open(reason), delay);
  }

  private giveUp(reason: string): void {
    this.wanted = false;
    this.retryTimer = stop(this.retryTimer);
    this.moveTimer = stop(this.moveTimer);
    this.drop(reason);
    this.forget();
    this.events.connection({ state: 'closed', reason });
  }

  private forget(): void {
    this.socket = null;
    this.ready = false;
    this.openTimer = stop(this.openTimer);
    this.heartbeatTimer = stop(this.heartbeatTimer);
    this.pongTimer = stop(this.pongTimer);
    this.stableTimer = stop(this.stableTimer);
    this.outbox.reset();
    const waiting = [...this.requests.values()];
    this.requests.clear();
    for (const { reject } of waiting) reject(new UnsentError('disconnected', 'The connection was lost.'));
  }
}

type Timer = ReturnType<typeof setTimeout> | null;

function stop(timer: Timer): null {
  if (timer !== null) clearTimeout(timer);
  return null;
}

function closeReason(code: number, reason: string): string {
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
