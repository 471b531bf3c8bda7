import type { PresentUser, User } from '../protocol/messages.js';
import type { Schedule } from '../schedule.js';
import type { ItoriSocket } from '../socket.js';
import { createStore, type ReadStore } from '../store.js';
import type { Topics } from '../topics.js';

/** What a feed has of its client. */
export interface FeedLink {
  readonly socket: ItoriSocket;
  readonly topics: Topics;
  readonly me: ReadStore<User | null>;
  readonly schedule: Schedule;
}

/** Who watches a topic, the longest first; in a crowd not all of them. */
export const noPresence = () => createStore<readonly PresentUser[]>([]);
