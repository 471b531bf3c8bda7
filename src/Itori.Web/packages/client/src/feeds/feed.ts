import type { Reply } from '../outbox.js';
import type { Command, PresentUser, Request, User } from '../protocol/messages.js';
import type { Schedule } from '../schedule.js';
import { createStore, type ReadStore } from '../store.js';
import type { TopicEvents, TopicFilter, Watch } from '../topics.js';

/** What a feed needs of its client. */
export interface FeedLink {
  readonly watch: (topic: string, events: TopicEvents, filter: TopicFilter) => Watch;
  readonly send: (command: Command) => Promise<Reply>;
  readonly request: (request: Request) => Promise<Reply>;
  readonly notify: (message: Request) => boolean;
  readonly me: ReadStore<User | null>;
  readonly schedule: Schedule;
  readonly problem: (error: Error) => void;
}

/** Who watches a topic, the longest first. */
export const noPresence = () => createStore<readonly PresentUser[]>([]);

export function wrong(error: unknown): Error {
  return error instanceof Error ? error : new Error('Something went wrong.');
}
