import type { Command, ErrorMessage, ServerMessage } from './protocol/messages.js';

/** A reply: `ack`, or what the command's or request's type is answered with. */
export type Reply = Exclude<ServerMessage, { type: 'error' }>;

/** The server refused. Nothing was changed. */
export class RefusedError extends Error {
  constructor(readonly error: Pick<ErrorMessage, 'code' | 'reason' | 'message'>) {
    super(error.message);
    this.name = 'RefusedError';
  }
}

/** A command or request did not get to the server, or its answer did not come back. */
export class UnsentError extends Error {
  constructor(
    readonly reason: 'queue_full' | 'too_large' | 'disconnected' | 'closed',
    message: string,
  ) {
    super(message);
    this.name = 'UnsentError';
  }
}

export interface OutboxOptions {
  /** Commands that may wait for an answer at one time; one more is refused at once. */
  readonly capacity: number;
  /** How often a command is sent again after a temporary error before its sender is told. */
  readonly maxRefusals: number;
  /** The wait after a temporary error that names none, ms. */
  readonly retryMs: number;
}

export const defaultOutbox: OutboxOptions = { capacity: 200, maxRefusals: 6, retryMs: 1_000 };

interface Entry {
  readonly frame: string;
  readonly bytes: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  sent: boolean;
  refusals: number;
}

/**
 * Commands until they are answered, in the order in which they were given. What was sent over a connection that was lost is sent again over the next one with
 * the same id, which the server applies once.
 */
export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private held: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly options: OutboxOptions,
    /** Writes a frame to the open connection; false when there is none. */
    private readonly write: (frame: string) => boolean,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  add(id: string, command: Command): Promise<Reply> {
    if (this.entries.size >= this.options.capacity) {
      return Promise.reject(new UnsentError('queue_full', 'Too much is waiting to be sent. Try again when the connection is back.'));
    }
    const frame = JSON.stringify({ v: 1, id, timestamp: Date.now(), ...command });
    return new Promise((resolve, reject) => {
      this.entries.set(id, { frame, bytes: new TextEncoder().encode(frame).length, resolve, reject, sent: false, refusals: 0 });
      this.flush();
    });
  }

  /** A message over this size would close the connection, again and again: it is refused here instead. */
  maxMessageBytes = Number.POSITIVE_INFINITY;

  /** Sends what was not sent over this connection yet. */
  flush(): void {
    if (this.held !== null) return;
    for (const [id, entry] of this.entries) {
      if (entry.sent) continue;
      if (entry.bytes > this.maxMessageBytes) {
        this.entries.delete(id);
        const limit = Math.floor(this.maxMessageBytes / 1024).toLocaleString('en');
        entry.reject(new UnsentError('too_large', `This is longer than the server takes at once (${limit} KB).`));
        continue;
      }
      if (!this.write(entry.frame)) return;
      entry.sent = true;
    }
  }

  /** The connection is gone: everything unanswered is to be sent again. */
  reset(): void {
    for (const entry of this.entries.values()) entry.sent = false;
    this.release();
  }

  /** True when the message answered a command. */
  settle(message: ServerMessage): boolean {
    if (!('correlationId' in message) || message.correlationId === undefined) return false;
    const id = message.correlationId;
    const entry = this.entries.get(id);
    if (entry === undefined) return false;
    if (message.type !== 'error') {
      this.entries.delete(id);
      entry.resolve(message);
    } else if (isTemporary(message) && entry.refusals < this.options.maxRefusals) {
      entry.refusals += 1;
      entry.sent = false;
      this.hold(message.retryAfterMs ?? this.options.retryMs * entry.refusals);
    } else {
      this.entries.delete(id);
      entry.reject(new RefusedError(message));
    }
    return true;
  }

  /** Nobody will answer any more. */
  rejectAll(error: Error): void {
    this.release();
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const entry of entries) entry.reject(error);
  }

  // One refused command holds all: those behind it would overtake it.
  private hold(delayMs: number): void {
    if (this.held !== null) return;
    this.held = setTimeout(() => {
      this.held = null;
      this.flush();
    }, delayMs);
  }

  private release(): void {
    if (this.held !== null) clearTimeout(this.held);
    this.held = null;
  }
}

/** Whether the same message may succeed later. */
export function isTemporary(error: Pick<ErrorMessage, 'code' | 'reason'>): boolean {
  switch (error.code) {
    case 429:
      return error.reason !== 'too_many_errors';
    case 500:
    case 503:
      return true;
    default:
      return false;
  }
}
