import { frameBytes } from './codec.js';
import type { Command, ErrorMessage, ServerMessage } from './protocol/messages.js';
import type { QueueStore, StoredCommand } from './queue.js';
import { Timers } from './timers.js';
import { wrong } from './wrong.js';

/** A reply: `ack`, or what the command's or request's type is answered with. */
export type Reply = Exclude<ServerMessage, { type: 'error' }>;

/** The server refused. Nothing was changed. */
export class RefusedError extends Error {
  constructor(readonly error: Pick<ErrorMessage, 'code' | 'reason' | 'message' | 'retryAfterMs'>) {
    super(error.message);
    this.name = 'RefusedError';
  }
}

/** A command or request did not get to the server, or its answer did not come back. */
export class UnsentError extends Error {
  constructor(
    readonly reason: 'queue_full' | 'too_large' | 'disconnected' | 'closed' | 'expired',
    message: string,
  ) {
    super(message);
    this.name = 'UnsentError';
  }
}

export interface OutboxOptions {
  /** Commands that may wait for an answer at one time; one more is refused at once. */
  readonly capacity: number;
  /** What they may weigh together, as JSON, bytes. */
  readonly capacityBytes: number;
  /** How often a command is sent again after a temporary error before its sender is told. */
  readonly maxRefusals: number;
  /** The wait after a temporary error that names none, ms. */
  readonly retryMs: number;
  /** A command that waited longer is not sent any more, ms: the server may have forgotten that it did it, and would do it twice. */
  readonly maxAgeMs: number;
}

/** Servers remember ids for 7 days by default. */
export const defaultOutbox: OutboxOptions = { capacity: 200, capacityBytes: 16 << 20, maxRefusals: 6, retryMs: 1_000, maxAgeMs: 6 * 24 * 3_600_000 };

/** What an outbox needs of the connection. */
export interface OutboxLink {
  readonly encode: (message: object) => string | Uint8Array<ArrayBuffer>;
  /** False when there is no connection. */
  readonly write: (frame: string | Uint8Array<ArrayBuffer>) => boolean;
  readonly restored: (command: StoredCommand, reply: Promise<Reply>) => void;
  readonly problem: (error: unknown) => void;
  /** The server wants a newer token. False: there is none to be had. */
  readonly unauthenticated: () => boolean;
}

const MOST_PATIENCE_MS = 3_000;
/** Commands that may be on their way at one time. Servers refuse more than 64, and what they refuse would be overtaken by what they take next. */
const MOST_IN_FLIGHT = 32;

interface Entry extends StoredCommand {
  readonly bytes: number;
  readonly reply: Promise<Reply>;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  sent: boolean;
  refusals: number;
}

/**
 * Commands until they are answered, in the order in which they were given. What was sent over a connection that was lost is sent again over the next one with the same id,
 * which the server applies once. With a store they outlive the page: what a closed page left is taken over before anything newer is sent.
 */
export class Outbox {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  /**
   * How many may be on their way now. One at first: where a server is not well yet, it refuses the first one, and nothing has overtaken it. Each answer doubles it.
   */
  #window = 1;
  #inFlight = 0;
  readonly #timers = new Timers<'held' | 'patience'>();
  #started = false;
  #adopting: Promise<void> | null = null;
  /** Whether what earlier pages left is known, so that nothing overtakes it. */
  #open: boolean;

  constructor(
    private readonly options: OutboxOptions,
    private store: QueueStore | null,
    private readonly link: OutboxLink,
  ) {
    this.#open = store === null;
  }

  get pending(): readonly StoredCommand[] {
    return [...this.#entries.values()].map(({ id, command, createdAt }) => ({ id, command, createdAt }));
  }

  /** Takes over what earlier pages left, once. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.adopt();
    // A browser may keep its database to itself for ever. What people say now does not wait for that.
    if (!this.#open) this.#timers.start('patience', MOST_PATIENCE_MS, () => this.#unlock());
  }

  /** An id that waits already is the same command. */
  add(id: string, command: Command): Promise<Reply> {
    const waiting = this.#entries.get(id);
    if (waiting !== undefined) return waiting.reply;
    const bytes = frameBytes(JSON.stringify(command));
    if (this.#entries.size >= this.options.capacity || this.#bytes + bytes > this.options.capacityBytes) {
      return Promise.reject(new UnsentError('queue_full', 'Too much is waiting to be sent. Try again when the connection is back.'));
    }
    const stored = { id, command, createdAt: Date.now() };
    const reply = this.#enter(stored, bytes);
    this.store?.put(stored).catch((error: unknown) => this.link.problem(unkept(error)));
    this.flush();
    return reply;
  }

  /** A message over this size would close the connection, again and again: it is refused here instead. */
  maxMessageBytes = Number.POSITIVE_INFINITY;

  /** There is a connection. */
  ready(): void {
    this.adopt();
    this.flush();
  }

  /** Sends what was not sent over this connection yet. */
  flush(): void {
    if (this.#timers.has('held') || !this.#open) return;
    for (const [id, entry] of this.#entries) {
      if (entry.sent) continue;
      if (this.#inFlight >= this.#window) return;
      if (entry.createdAt < Date.now() - this.options.maxAgeMs) {
        this.#forget(id);
        entry.reject(new UnsentError('expired', 'This waited too long to be sent safely.'));
        continue;
      }
      const frame = this.link.encode({ v: 1, id, timestamp: entry.createdAt, ...entry.command });
      if (frameBytes(frame) > this.maxMessageBytes) {
        this.#forget(id);
        const limit = Math.floor(this.maxMessageBytes / 1024).toLocaleString('en');
        entry.reject(new UnsentError('too_large', `This is longer than the server takes at once (${limit} KB).`));
        continue;
      }
      if (!this.link.write(frame)) return;
      entry.sent = true;
      this.#inFlight += 1;
    }
  }

  /** The connection is gone: everything unanswered is to be sent again. */
  reset(): void {
    for (const entry of this.#entries.values()) entry.sent = false;
    this.#inFlight = 0;
    this.#window = 1;
    this.#timers.stop('held');
  }

  /** True when the message answered a command. */
  settle(message: ServerMessage): boolean {
    if (!('correlationId' in message) || message.correlationId === undefined) return false;
    const entry = this.#entries.get(message.correlationId);
    if (entry === undefined) return false;
    if (entry.sent) this.#inFlight -= 1;
    if (message.type === 'error' && entry.refusals < this.options.maxRefusals && this.#mayPass(message)) {
      entry.refusals += 1;
      entry.sent = false;
      this.#window = 1;
      this.#hold(message.retryAfterMs ?? this.options.retryMs * entry.refusals);
    } else {
      this.#forget(entry.id);
      if (message.type === 'error') entry.reject(new RefusedError(message));
      else entry.resolve(message);
      this.#window = Math.min(MOST_IN_FLIGHT, 2 * this.#window);
      this.flush();
    }
    return true;
  }

  /** Takes over what closed pages left, as far as there is room. Does nothing without a store. */
  adopt(): void {
    if (this.store === null || !this.#started || this.#adopting !== null) return;
    const room = this.options.capacity - this.#entries.size;
    if (room <= 0) {
      // What is left over waits for its turn, and nothing waits for it.
      if (!this.#open) this.#unlock();
      return;
    }
    this.#adopting = this.store
      .adopt(room)
      .then(
        (left) => this.#takeOver(left),
        (error: unknown) => {
          // A browser that does not give its database now will not later: it is told once.
          this.link.problem(unkept(error));
          this.store = null;
        },
      )
      .finally(() => {
        this.#adopting = null;
        this.#unlock();
      });
  }

  /** Nobody will answer any more: everybody is told, so nothing may be sent later. */
  close(error: Error): void {
    this.#timers.stop('held', 'patience');
    for (const [id, entry] of [...this.#entries]) {
      this.#forget(id);
      entry.reject(error);
    }
    this.store?.close();
    // Rows of a store that was let go would be taken for somebody else's.
    this.store = null;
    this.#open = true;
  }

  #unlock(): void {
    this.#timers.stop('patience');
    this.#open = true;
    this.flush();
  }

  #takeOver(left: readonly StoredCommand[]): void {
    // Older than what this page has said since: first in line. A map keeps the order of entering.
    const own = this.#open ? [] : [...this.#entries];
    if (!this.#open) this.#entries.clear();
    const restored = left
      .filter(({ id }) => !this.#entries.has(id))
      .map((stored) => ({ stored, reply: this.#enter(stored, frameBytes(JSON.stringify(stored.command))) }));
    for (const [id, entry] of own) this.#entries.set(id, entry);
    for (const { stored, reply } of restored) {
      reply.catch((error: unknown) => this.link.problem(error));
      this.link.restored(stored, reply);
    }
  }

  #enter(stored: StoredCommand, bytes: number): Promise<Reply> {
    this.#bytes += bytes;
    let settle!: Pick<Entry, 'resolve' | 'reject'>;
    const reply = new Promise<Reply>((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#entries.set(stored.id, { ...stored, ...settle, bytes, reply, sent: false, refusals: 0 });
    return reply;
  }

  #forget(id: string): void {
    this.#bytes -= this.#entries.get(id)?.bytes ?? 0;
    this.#entries.delete(id);
    this.store?.remove(id).catch((error: unknown) => this.link.problem(unkept(error)));
  }

  #mayPass(error: ErrorMessage): boolean {
    if (error.code === 401) return this.#timers.has('held') || this.link.unauthenticated();
    return isTemporary(error);
  }

  // One refused command holds all: those behind it would overtake it.
  #hold(delayMs: number): void {
    if (!this.#timers.has('held')) this.#timers.start('held', delayMs, () => this.flush());
  }
}

function unkept(error: unknown): Error {
  return new Error(`Messages cannot be kept for later visits: ${wrong(error).message}`);
}

/** Whether the same message may succeed later. */
export function isTemporary(error: Pick<ErrorMessage, 'code' | 'reason'>): boolean {
  switch (error.code) {
    case 429:
      return error.reason !== 'too_many_errors';
    case 500:
      return error.reason !== 'damaged';
    case 503:
      return true;
    default:
      return false;
  }
}
