import type { RefusedError } from '../outbox.js';
import type { PresentUser, ServerMessage, User } from '../protocol/messages.js';
import type { Schedule } from '../schedule.js';
import type { ItoriSocket } from '../socket.js';
import { createStore, type ReadStore } from '../store.js';
import type { Subscribed, TopicFilter, Topics, Watch } from '../topics.js';

/** What a feed has of its client. */
export interface FeedLink {
  readonly socket: ItoriSocket;
  readonly topics: Topics;
  readonly me: ReadStore<User | null>;
  readonly schedule: Schedule;
}

/** One topic, watched from now until it is closed. */
export abstract class Feed {
  readonly topic: string;
  protected readonly watch: Watch;

  constructor(
    kind: 'session' | 'graph' | 'field',
    readonly id: string,
    filter: TopicFilter,
    protected readonly link: FeedLink,
  ) {
    this.topic = `${kind}:${id}`;
    // None of these is called before the server has answered, and so not before the feed is whole.
    this.watch = link.topics.watch(
      this.topic,
      { subscribed: (reply) => this.begin(reply), event: (message) => this.take(message), refused: (error) => this.note(error) },
      filter,
    );
  }

  close(): void {
    this.watch.close();
  }

  protected begin(_reply: Subscribed): void {}

  protected abstract take(message: ServerMessage): void;

  protected note(error: RefusedError): void {
    this.link.socket.problem(error);
  }
}

/** Who watches a topic, the longest first; in a crowd not all of them. */
export const noPresence = () => createStore<readonly PresentUser[]>([]);
