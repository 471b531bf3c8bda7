import { FieldFeed } from './feeds/field.js';
import type { FeedLink } from './feeds/feed.js';
import { GraphFeed } from './feeds/graph.js';
import { SessionFeed } from './feeds/session.js';
import { uniqueId } from './ids.js';
import type { Reply } from './outbox.js';
import type { Command, ServerMessage, User, WireMessage } from './protocol/messages.js';
import { IndexedDbQueue, type QueueStore, type StoredCommand } from './queue.js';
import { soon, type Schedule } from './schedule.js';
import type { Connection } from './connection.js';
import type { SocketOptions } from './options.js';
import { ItoriSocket } from './socket.js';
import { createStore, type ReadStore } from './store.js';
import { Topics, type Hole, type TopicEvents, type TopicFilter, type Watch } from './topics.js';

export interface ItoriOptions extends Omit<SocketOptions, 'url' | 'queue'> {
  /** The socket's address, without a query: `wss://…/ws`. */
  readonly url: string;
  /** The conversation of this client; without it a new one whose id nobody can guess. */
  readonly session?: string;
  /** The graph of this client; without it the one that all share. */
  readonly graph?: string;
  /** Where unsent commands are kept; null: in memory only. Without it in IndexedDB, where the browser has it. */
  readonly queue?: QueueStore | null;
  readonly schedule?: Schedule;
  /** A hole in a topic: a fault of the server or of this library. It is being repaired. */
  readonly onHole?: (hole: Hole) => void;
  /** Something went wrong that no caller can be told of; without it, a warning on the console. */
  readonly onProblem?: (error: Error) => void;
}

interface Feed {
  readonly topic: string;
  readonly close: () => void;
}

interface Held<F> {
  readonly feed: F;
  readonly key: string;
  holders: number;
}

/**
 * A client of one server: one connection, and the sessions, graphs and fields that are watched over it. Feeds are shared: asking twice for the same one gives the same, and it
 * ends when it was released as often as it was asked for.
 */
export class Itori {
  readonly connection: ReadStore<Connection>;
  /** Who this is to the server; null before the first connection. */
  readonly me: ReadStore<User | null>;
  readonly sessionId: string;
  readonly graphId: string;

  readonly #socket: ItoriSocket;
  readonly #topics: Topics;
  readonly #link: FeedLink;
  readonly #listeners = new Set<(message: WireMessage) => void>();
  readonly #feeds = new Map<string, Held<Feed>>();
  /** Messages that an earlier page left, for sessions that nobody has asked for yet. */
  readonly #restored = new Map<string, { readonly command: StoredCommand; readonly reply: Promise<Reply> }>();

  constructor(private readonly options: ItoriOptions) {
    this.sessionId = options.session ?? uniqueId();
    this.graphId = options.graph ?? 'main';
    const connection = createStore<Connection>({ state: 'closed', reason: '' });
    const me = createStore<User | null>(null);
    this.connection = connection;
    this.me = me;
    const queue = options.queue === undefined ? IndexedDbQueue.tryOpen({ name: `itori ${options.url}` }) : options.queue;
    const { queue: _, ...rest } = options;
    this.#socket = new ItoriSocket(
      { ...rest, ...(queue === null ? {} : { queue }), url: () => this.#address() },
      {
        connection: (state) => {
          if (state.state !== 'open') this.#topics.lost();
          connection.set(() => state);
        },
        ready: (_welcome, user) => {
          me.set(() => user);
          this.#topics.ready();
        },
        message: (message) => this.#take(message),
        raw: (message) => {
          for (const listener of [...this.#listeners]) {
            try {
              listener(message);
            } catch (error) {
              // The client goes on: what a listener does wrong must not make a hole.
              this.#socket.problem(error);
            }
          }
        },
        restored: (command, reply) => this.#restore(command, reply),
        ...(options.onProblem === undefined ? {} : { problem: options.onProblem }),
      },
    );
    this.#topics = new Topics({
      request: (request) => this.#socket.request(request),
      hole: (hole) => {
        if (options.onHole !== undefined) options.onHole(hole);
        else this.#socket.problem(new Error(`${hole.topic}: event ${hole.expected} was due and ${hole.got} came; it is asked for again`));
      },
    });
    this.#link = {
      socket: this.#socket,
      topics: this.#topics,
      me,
      schedule: options.schedule ?? soon,
    };
  }

  connect(): void {
    this.#socket.connect();
  }

  /** Leaves, keeping what waits to be sent. */
  disconnect(): void {
    this.#socket.disconnect();
  }

  /** Connects anew now, whatever the connection is like. */
  reconnect(): void {
    this.#socket.reconnect();
  }

  /** Ends for good. Commands without an answer are rejected. */
  close(): void {
    this.#socket.close();
  }

  /** Measures the round trip, which then stands in `connection`. */
  ping(): void {
    this.#socket.ping();
  }

  /** Sends a command until it is answered, also over other connections and by later pages. Rejects with RefusedError or UnsentError. */
  send(command: Command, id?: string): Promise<Reply> {
    return this.#socket.send(command, id);
  }

  /** Sends a message as it is, once, to an open connection. False: there is none. */
  notify(message: object): boolean {
    return this.#socket.notify(message);
  }

  /** Commands without an answer yet, in the order in which they are sent. */
  get pending(): readonly StoredCommand[] {
    return this.#socket.pending;
  }

  /** Every message as it came. Returns what ends it. */
  onMessage(listener: (message: WireMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Watches any topic by hand. */
  watch(topic: string, events: TopicEvents, filter: TopicFilter = {}, since?: number): Watch {
    return this.#topics.watch(topic, events, filter, since);
  }

  session(id: string = this.sessionId, filter: TopicFilter = {}): SessionFeed {
    return this.#feed(`session:${id}`, filter, () => {
      const feed = new SessionFeed(id, filter, this.#link);
      for (const [key, { command, reply }] of this.#restored) {
        if (command.command.topic !== feed.topic) continue;
        this.#restored.delete(key);
        feed.restored(command, reply);
      }
      return feed;
    });
  }

  graph(id: string = this.graphId, filter: TopicFilter = {}): GraphFeed {
    return this.#feed(`graph:${id}`, filter, () => new GraphFeed(id, filter, this.#link));
  }

  field(id: string = this.graphId, filter: TopicFilter = {}): FieldFeed {
    return this.#feed(`field:${id}`, filter, () => new FieldFeed(id, filter, this.#link));
  }

  /** Gives a feed back that was asked for. */
  release(feed: { readonly topic: string }): void {
    const held = this.#feeds.get(feed.topic);
    if (held === undefined || held.feed !== feed) return;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#feeds.delete(feed.topic);
    held.feed.close();
  }

  #feed<F extends Feed>(topic: string, filter: TopicFilter, make: () => F): F {
    const key = JSON.stringify(filter);
    let held = this.#feeds.get(topic) as Held<F> | undefined;
    if (held === undefined) {
      held = { feed: make(), key, holders: 0 };
      this.#feeds.set(topic, held);
    } else if (held.key !== key) throw new Error(`${topic} is watched with another filter.`);
    held.holders += 1;
    return held.feed;
  }

  #take(message: ServerMessage): void {
    if (!this.#topics.take(message) && message.type === 'error') this.#socket.problem(new Error(message.message));
  }

  #restore(command: StoredCommand, reply: Promise<Reply>): void {
    const held = this.#feeds.get(command.command.topic);
    if (held?.feed instanceof SessionFeed) held.feed.restored(command, reply);
    else {
      this.#restored.set(command.id, { command, reply });
      const done = () => this.#restored.delete(command.id);
      reply.then(done, done);
    }
  }

  #address(): string {
    return `${this.options.url}?${new URLSearchParams({ session: this.sessionId, graph: this.graphId }).toString()}`;
  }
}
