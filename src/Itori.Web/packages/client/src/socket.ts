import { askToken, renewIn } from './auth.js';
import { Backoff, defaultBackoff } from './backoff.js';
import { json, type Codec } from './codec.js';
import { closeReason } from './connection.js';
import { uniqueId } from './ids.js';
import { defaultOutbox, Outbox, RefusedError, UnsentError, type Reply } from './outbox.js';
import { decode } from './protocol/decode.js';
import { DecodeError } from './protocol/fields.js';
import type { Command, Request, ServerMessage, User, WireMessage } from './protocol/messages.js';
import type { SocketEvents, SocketOptions, Welcome } from './options.js';
import type { StoredCommand } from './queue.js';
import { isLoopback, page, type Pause, type Surroundings } from './surroundings.js';
import { Timers } from './timers.js';
import { wrong } from './wrong.js';

/** Requests that may wait for a reply at one time. */
const MAX_REQUESTS = 100;
/** The wait before a token source that failed is asked again, ms. */
const TOKEN_RETRY_MS = 15_000;

type Purpose = 'retry' | 'open' | 'heartbeat' | 'pong' | 'stable' | 'move' | 'renew';

/**
 * One connection to the server that comes back by itself: it signs in, keeps a heartbeat, sends commands until they are answered and follows the server when it asks to
 * reconnect. It knows nothing of React, of topics or of what the messages mean.
 */
export class ItoriSocket {
  readonly #outbox: Outbox;
  readonly #backoff: Backoff;
  readonly #codecs: readonly Codec[];
  readonly #surroundings: Surroundings;
  readonly #timers = new Timers<Purpose>();
  readonly #requests = new Map<string, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  #socket: WebSocket | null = null;
  #codec: Codec = json;
  #ready = false;
  #wanted = false;
  #reason = '';
  #rttMs: number | null = null;
  #unlisten: (() => void) | null = null;

  constructor(
    private readonly options: SocketOptions,
    private readonly events: SocketEvents,
  ) {
    this.#surroundings = options.surroundings ?? page();
    this.#codecs = [...(options.codecs ?? []), json];
    this.#backoff = new Backoff({ ...defaultBackoff, ...options.backoff }, options.random ?? Math.random);
    this.#outbox = new Outbox({ ...defaultOutbox, ...options.outbox }, options.queue ?? null, {
      encode: (message) => this.#codec.encode(message),
      write: (frame) => this.#ready && this.#write(frame),
      restored: events.restored ?? (() => undefined),
      problem: (error) => this.problem(error),
      unauthenticated: () => this.#renewed(),
    });
  }

  /** Connects, or cuts the wait for the next try short. */
  connect(): void {
    this.#wanted = true;
    this.#unlisten ??= this.#surroundings.listen(() => this.#look());
    this.#outbox.start();
    if (this.#socket !== null) return;
    this.#backoff.reset();
    this.#open('');
  }

  /** Connects anew, whatever the connection is like now. For a person who asks for it. */
  reconnect(): void {
    if (!this.#wanted || this.#socket === null) this.connect();
    else if (this.#ready) this.#drop('Connecting anew.', 0);
  }

  /** Tries now if a try is waiting, and asks an open connection whether it lives. For when the network or the page comes back. */
  hurry(): void {
    if (!this.#wanted) return;
    if (this.#socket === null) this.#open(this.#reason);
    else if (this.#ready) this.ping();
  }

  /** Leaves the server and stays away. Commands wait for the next `connect`. */
  disconnect(): void {
    this.#giveUp('Disconnected.');
  }

  /** Ends for good. Unanswered commands are rejected and forgotten. */
  close(): void {
    this.#giveUp('closed');
    this.#outbox.close(new UnsentError('closed', 'The connection was closed.'));
  }

  /** Sends a command until it is answered. Rejects with RefusedError or UnsentError. */
  send(command: Command, id = uniqueId()): Promise<Reply> {
    return this.#outbox.add(id, command);
  }

  /** Commands without an answer yet, in the order in which they are sent. */
  get pending(): readonly StoredCommand[] {
    return this.#outbox.pending;
  }

  /** Asks over this connection. Rejects when it is lost before the reply. */
  request(request: Request): Promise<Reply> {
    const id = uniqueId();
    if (this.#requests.size >= MAX_REQUESTS || !this.#write(this.#codec.encode({ v: 1, id, ...request }))) {
      return Promise.reject(new UnsentError('disconnected', 'Not connected.'));
    }
    return new Promise((resolve, reject) => this.#requests.set(id, { resolve, reject }));
  }

  /** Says something that nobody misses when it is lost, such as a cursor. False: it was. */
  notify(message: object): boolean {
    return this.#ready && this.#write(this.#codec.encode({ v: 1, ...message }));
  }

  /** Measures the round trip. A server that does not answer is taken for dead. */
  ping(): void {
    if (!this.#ready) return;
    if (!this.#timers.has('pong')) this.#timers.start('pong', this.options.pongTimeoutMs ?? 5_000, () => this.#drop('The connection went silent.'));
    const sent = performance.now();
    this.request({ type: 'ping', payload: { timestamp: Date.now() } }).then(
      () => {
        this.#rttMs = performance.now() - sent;
        if (this.#ready) this.events.connection({ state: 'open', rttMs: this.#rttMs });
      },
      () => undefined, // The connection's loss says it already.
    );
  }

  /** Tells of what no caller can be told. */
  problem(error: unknown): void {
    const told = wrong(error);
    if (this.events.problem !== undefined) this.events.problem(told);
    else console.warn(told.message);
  }

  #write(frame: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#socket === null || this.#socket.readyState !== 1) return false;
    this.#socket.send(frame);
    return true;
  }

  #open(reason: string): void {
    this.#timers.stop('retry', 'move');
    this.events.connection({ state: 'connecting', attempt: this.#backoff.attempt, reason });
    const open = this.options.open ?? ((url, protocols) => new WebSocket(url, protocols));
    const socket = open(this.options.url(), this.#codecs.map((codec) => codec.protocol));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      this.#codec = this.#codecs.find((codec) => codec.protocol === socket.protocol) ?? json;
    };
    socket.onmessage = (event: MessageEvent) => this.#receive(socket, event.data);
    // An error says nothing that the close behind it does not.
    socket.onerror = () => undefined;
    socket.onclose = (event: CloseEvent) => {
      if (event.code === 1008 && socket === this.#socket) this.#giveUp(closeReason(event.code, event.reason));
      else this.#lost(socket, closeReason(event.code, event.reason));
    };
    this.#timers.start('open', this.options.openTimeoutMs ?? 10_000, () => this.#drop('The server does not answer.'));
  }

  /** The page or the network changed. */
  #look(): void {
    const pause = this.#pause();
    if (pause === null) this.hurry();
    // Most connections do not survive the network's loss, but some do: the server is asked.
    else if (pause === 'offline') this.ping();
  }

  #pause(): Pause | null {
    const pause = this.#surroundings.pause();
    return pause === 'offline' && isLoopback(this.options.url()) ? null : pause;
  }

  #receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || (typeof data !== 'string' && !(data instanceof ArrayBuffer))) return;
    this.#timers.stop('pong');
    // What comes is surer than what was agreed on: some that stand between report another subprotocol than the server's.
    if (typeof data === 'string') this.#codec = json;
    let message: ServerMessage;
    try {
      const envelope = this.#codec.decode(data);
      this.events.raw?.(envelope as WireMessage);
      message = decode(envelope);
    } catch (error) {
      // What cannot be read may have been a durable event. The hole that it leaves in its topic's seq is repaired like any other.
      if (!(error instanceof DecodeError)) throw error;
      this.problem(error);
      return;
    }
    // Before the reply's waiter, which runs only after messages that came in the same breath.
    if (message.type === 'subscribed') this.events.message(message);
    if (this.#answered(message)) return;
    switch (message.type) {
      case 'welcome':
        // A `welcome` that was asked for tells nothing that is not known.
        if (!this.#ready) this.#signIn(socket, message, 'connect');
        break;
      case 'reconnect':
        this.#move(message.afterMs);
        break;
      case 'subscribed':
        break;
      default:
        this.events.message(message);
    }
  }

  #answered(message: ServerMessage): boolean {
    if (this.#outbox.settle(message)) return true;
    if (!('correlationId' in message) || message.correlationId === undefined) return false;
    const waiting = this.#requests.get(message.correlationId);
    if (waiting === undefined) return false;
    this.#requests.delete(message.correlationId);
    if (message.type === 'error') waiting.reject(new RefusedError(message));
    else waiting.resolve(message);
    return true;
  }

  #signIn(socket: WebSocket, welcome: Welcome, reason: 'connect' | 'refused'): void {
    this.#authenticate(socket, reason).then(
      (reply) => {
        if (reply === null || socket !== this.#socket) return;
        if (reply.type === 'auth_success') this.#signedIn(welcome, reply.user);
        else if (reason === 'connect' && this.options.token !== undefined) this.#signIn(socket, welcome, 'refused');
        else this.#giveUp(reply.message);
      },
      (error: unknown) => {
        if (socket !== this.#socket) return;
        if (error instanceof RefusedError && error.error.code === 401) this.#giveUp(error.message);
        else this.#drop(wrong(error).message);
      },
    );
  }

  /** Shows a token; null: the connection was lost meanwhile. */
  async #authenticate(socket: WebSocket, reason: 'connect' | 'renew' | 'refused') {
    const token = await askToken(this.options.token, reason);
    if (socket !== this.#socket) return null;
    const client_type = this.options.clientType ?? 'web';
    const reply = await this.request({ type: 'auth', payload: token === undefined ? { client_type } : { client_type, token: token.token } });
    if (reply.type !== 'auth_success' && reply.type !== 'auth_failure') throw new DecodeError(`${reply.type} in reply to auth`);
    const expiresAt = reply.type === 'auth_success' ? (reply.expiresAt ?? token?.expiresAt) : undefined;
    if (expiresAt !== undefined && this.options.token !== undefined && socket === this.#socket) {
      this.#timers.start('renew', renewIn(expiresAt, Date.now()), () => this.#renew(socket, 'renew'));
    }
    return reply;
  }

  #renew(socket: WebSocket, reason: 'renew' | 'refused'): void {
    this.#authenticate(socket, reason).then(
      (reply) => {
        if (reply === null || socket !== this.#socket) return;
        if (reply.type === 'auth_success') this.#outbox.flush();
        else if (reason === 'renew') this.#renew(socket, 'refused');
        else this.#giveUp(reply.message);
      },
      (error: unknown) => {
        if (socket !== this.#socket || error instanceof UnsentError) return;
        this.problem(error);
        this.#timers.start('renew', TOKEN_RETRY_MS, () => this.#renew(socket, reason));
      },
    );
  }

  /** The server wants a newer token before it takes a command. False: there is none to be had. */
  #renewed(): boolean {
    if (this.options.token === undefined || this.#socket === null) return false;
    this.#renew(this.#socket, 'refused');
    return true;
  }

  #signedIn(welcome: Welcome, user: User): void {
    this.#timers.stop('open');
    this.#ready = true;
    this.#outbox.maxMessageBytes = welcome.maxMessageBytes;
    this.events.connection({ state: 'open', rttMs: this.#rttMs });
    this.events.ready(welcome, user);
    this.#outbox.ready();
    this.#timers.start('stable', this.options.stableMs ?? 5_000, () => this.#backoff.reset());
    this.#beat(Math.max(1, welcome.heartbeatMs));
  }

  #beat(everyMs: number): void {
    this.#timers.start('heartbeat', everyMs, () => {
      this.ping();
      this.#outbox.adopt();
      this.#beat(everyMs);
    });
  }

  /** The server asked to come back elsewhere: until then this connection goes on. */
  #move(afterMs: number): void {
    if (this.#timers.has('move')) return;
    this.#timers.start('move', afterMs, () => {
      this.#backoff.reset();
      if (this.#socket === null) this.#open('The server moves.');
      else this.#drop('The server moves.', 0);
    });
  }

  /** Lets go of a connection without waiting for the other end, which may never answer. */
  #drop(reason: string, delayMs?: number): void {
    const socket = this.#socket;
    if (socket === null) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close(1000);
    this.#lost(socket, reason, delayMs);
  }

  #lost(socket: WebSocket, reason: string, delayMs?: number): void {
    if (socket !== this.#socket) return;
    this.#forget();
    this.#reason = reason;
    if (!this.#wanted) return;
    if (this.#timers.has('move')) {
      // The server told when to come back.
      this.events.connection({ state: 'connecting', attempt: 0, reason });
      return;
    }
    this.#retry(reason, delayMs ?? this.#backoff.next());
  }

  #retry(reason: string, delayMs: number | null): void {
    if (delayMs === null) {
      this.#giveUp(reason);
      return;
    }
    const pause = this.#pause();
    const attempt = this.#backoff.attempt;
    if (pause !== null) {
      this.events.connection({ state: 'connecting', attempt, reason, paused: pause });
      return;
    }
    this.events.connection({ state: 'connecting', attempt, reason, retryAt: Date.now() + delayMs });
    // What pauses may have begun during the wait.
    this.#timers.start('retry', delayMs, () => (this.#pause() === null ? this.#open(reason) : this.#retry(reason, 0)));
  }

  #giveUp(reason: string): void {
    this.#wanted = false;
    this.#unlisten?.();
    this.#unlisten = null;
    this.#timers.stop('retry', 'move');
    this.#drop(reason);
    this.#forget();
    this.events.connection({ state: 'closed', reason });
  }

  #forget(): void {
    this.#socket = null;
    this.#codec = json;
    this.#ready = false;
    this.#timers.stop('open', 'heartbeat', 'pong', 'stable', 'renew');
    this.#outbox.reset();
    const waiting = [...this.#requests.values()];
    this.#requests.clear();
    for (const { reject } of waiting) reject(new UnsentError('disconnected', 'The connection was lost.'));
  }
}
