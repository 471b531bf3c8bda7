import type { ServerMessage } from '../protocol/messages.js';

/** Others' pointers that are kept: of a crowd those that moved last. */
const MAX_POINTERS = 100;

/** The pointers by user id, with this user's set; null: it points nowhere. */
export function withPointer<T>(pointers: ReadonlyMap<string, T>, user: string, pointer: T | null): ReadonlyMap<string, T> {
  const next = new Map(pointers);
  // Deleted first: a map keeps the order in which its keys came, and the first is the one to go.
  next.delete(user);
  if (pointer === null) return next;
  next.set(user, pointer);
  const [oldest] = next.keys();
  if (next.size > MAX_POINTERS && oldest !== undefined) next.delete(oldest);
  return next;
}

/** The pointers of those who are still here. Where not everyone is named, only who is told to have left is gone for certain. */
export function stillHere<T>(pointers: ReadonlyMap<string, T>, presence: Extract<ServerMessage, { type: 'presence' }>): ReadonlyMap<string, T> {
  const isWhole = presence.count <= presence.users.length;
  const told = new Set(isWhole ? presence.users.map((user) => user.id) : presence.left);
  return new Map([...pointers].filter(([id]) => told.has(id) === isWhole));
}
