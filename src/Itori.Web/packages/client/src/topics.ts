import { isTemporary, RefusedError, UnsentError, type Reply } from './outbox.js';
import type { Request, ServerMessage } from './protocol/messages.js';
import type { ClientPayloads } from './protocol/wire.js';

export type Subscribed = Extract<ServerMessage, { type: 'subscribed' }>;

/** What of a topic is wanted; passed on to the server as it is. */
export type TopicFilter = Pick<ClientPayloads['subscribe'], 'types' | 'concepts' | 'maxRate' | 'catchUp'>;

/** Events that did not come: `expected` was due and `got` came. It is being repaired when it is reported. */
export interface Hole {
  readonly topic: string;
  readonly expected: number;
  readonly got: number;
}

export interface TopicEvents {
  /**
   * The topic is watched. With `recovered` what follows continues from what came before; without, everything known of it is void: begin with the snapshot, or with `history`.
   */
  readonly subscribed?: (reply: Subscribed) => void;
  /** Durable events in the order of their `seq`, each once; the others as they come. */
  readonly event: (message: ServerMessage) => void;
  /** The server does not let this topic be watched. */
  readonly refused?: (error: RefusedError) => void;
}

/** A topic that is watched until it is closed, over all connections. */
export interface Watch {
  readonly topic: string;
  /** The last durable event that was handed on; undefined before the first `subscribed`. */
  readonly seq: number | undefined;
  /** Begins anew with a snapshot, or with the head of a session. */
  readonly restart: () => void;
  readonly close: () => void;
}

export interface TopicLink {
  readonly request: (request: Request) => Promise<Reply>;
  readonly hole?: (hole: Hole) => void;
}

interface Topic {
  readonly name: string;
  readonly filter: TopicFilter;
  readonly events: TopicEvents;
  seq: number | undefined;
  state: 'away' | 'asking' | 'live' | 'refused';
  /** Repairs in a row that did not bring the event that was due. */
  repairs: number;
}

const RETRY_MS = 1_500;
const MAX_REPAIRS = 3;

/**
 * The topics that a client watches. It remembers how far each has come and resumes from there after every reconnect; it hands durable events on without a hole and without a
 * double, whatever the connection delivers.
 */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  #connection = 0;
  #connected = false;

  constructor(private readonly link: TopicLink) {}

  /**
   * Watches a topic. `since` continues from an earlier life.
   * @throws Error when it is watched already: one connection has one subscription of a topic.
   */
  watch(name: string, events: TopicEvents, filter: TopicFilter = {}, since?: number): Watch {
    if (this.#topics.has(name)) throw new Error(`${name} is watched already.`);
    const topic: Topic = { name, filter, events, seq: since, state: 'away', repairs: 0 };
    this.#topics.set(name, topic);
    if (this.#connected) this.#subscribe(topic);
    return {
      topic: name,
      get seq() {
        return topic.seq;
      },
      restart: () => {
        if (this.#topics.get(name) !== topic) return;
        topic.seq = undefined;
        if (this.#connected) this.#subscribe(topic);
      },
      close: () => this.#close(topic),
    };
  }

  /** Signed in on a new connection. Sessions go first: a graph's changes come after the messages that caused them. */
  ready(): void {
    this.#connection += 1;
    this.#connected = true;
    const rank = (topic: Topic) => (topic.name.startsWith('session:') ? 0 : topic.name.startsWith('graph:') ? 1 : 2);
    for (const topic of [...this.#topics.values()].sort((a, b) => rank(a) - rank(b))) this.#subscribe(topic);
  }

  lost(): void {
    this.#connected = false;
    for (const topic of this.#topics.values()) topic.state = 'away';
  }

  /** Takes a message in. False: it is of no topic that is watched. */
  take(message: ServerMessage): boolean {
    if (!('topic' in message) || message.topic === undefined) return false;
    const topic = this.#topics.get(message.topic);
    if (topic === undefined) return false;
    if (message.type === 'subscribed') this.#begin(topic, message);
    else if (message.type === 'snapshot') {
      topic.seq = message.snapshot.seq;
      topic.events.event(message);
    } else if (message.type === 'progress') {
      // During a repair it may be of before the hole.
      if (topic.seq === undefined || topic.state !== 'live' || message.seq <= topic.seq) return true;
      topic.seq = message.seq;
      topic.events.event(message);
    } else {
      const place = placeOf(message);
      if (place === undefined || this.#isNext(topic, place)) topic.events.event(message);
    }
    return true;
  }

  #isNext(topic: Topic, { seq, prev = seq - 1 }: { readonly seq: number; readonly prev?: number }): boolean {
    if (topic.seq === undefined || seq <= topic.seq) return false;
    if (prev <= topic.seq) {
      topic.seq = seq;
      topic.repairs = 0;
      return true;
    }
    if (topic.state === 'live') {
      this.link.hole?.({ topic: topic.name, expected: topic.seq + 1, got: seq });
      topic.repairs += 1;
      if (topic.repairs > MAX_REPAIRS) topic.seq = undefined;
      this.#subscribe(topic);
    }
    // Behind a hole nothing means anything; it comes again with the repair.
    return false;
  }

  #begin(topic: Topic, reply: Subscribed): void {
    // An answer to an older question, of a topic that was begun anew since.
    if (reply.recovered && topic.seq === undefined) return;
    topic.state = 'live';
    // What was recovered follows as events; otherwise the topic starts here.
    if (!reply.recovered) topic.seq = reply.snapshot?.seq ?? reply.seq;
    topic.events.subscribed?.(reply);
  }

  #subscribe(topic: Topic): void {
    const connection = this.#connection;
    topic.state = 'asking';
    const since = topic.seq === undefined || topic.name.startsWith('field:') ? {} : { since: topic.seq };
    this.link.request({ type: 'subscribe', payload: { topic: topic.name, ...topic.filter, ...since } }).then(
      () => undefined, // `take` has seen it, before the events behind it.
      (error: unknown) => {
        if (connection !== this.#connection || this.#topics.get(topic.name) !== topic || error instanceof UnsentError) return;
        if (!(error instanceof RefusedError)) throw error;
        if (isTemporary(error.error)) {
          setTimeout(() => {
            if (connection === this.#connection && this.#connected && this.#topics.get(topic.name) === topic) this.#subscribe(topic);
          }, error.error.retryAfterMs ?? RETRY_MS);
        } else {
          topic.state = 'refused';
          topic.events.refused?.(error);
        }
      },
    );
  }

  #close(topic: Topic): void {
    if (this.#topics.get(topic.name) !== topic) return;
    this.#topics.delete(topic.name);
    if (this.#connected && topic.state !== 'refused') {
      this.link.request({ type: 'unsubscribe', payload: { topic: topic.name } }).catch(() => undefined); // Lost or not watched: it is gone either way.
    }
  }
}

function placeOf(message: ServerMessage): { readonly seq: number; readonly prev?: number } | undefined {
  switch (message.type) {
    case 'user_msg':
    case 'msg_deleted':
    case 'assistant_msg':
      return message;
    case 'delta':
      return message.delta;
    default:
      return undefined;
  }
}
