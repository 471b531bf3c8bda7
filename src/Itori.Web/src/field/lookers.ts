import type { User } from '@itori/client';
import type { Cursor } from '../store';

/** Who looks at which concept: where they point, and what they have chosen. */
export function lookersOf(cursors: Iterable<Cursor>): ReadonlyMap<string, readonly User[]> {
  const lookers = new Map<string, User[]>();
  for (const { user, concept, selection = [] } of cursors) {
    for (const id of new Set([concept, ...selection])) {
      const others = lookers.get(id);
      if (others === undefined) lookers.set(id, [user]);
      else others.push(user);
    }
  }
  return lookers;
}
