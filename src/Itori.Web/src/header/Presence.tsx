import { useMemo, useState } from 'react';
import { useApp } from '../hooks/useItori';
import { initials, personColor, timeOf } from '../people';

interface Person {
  readonly id: string;
  readonly name: string;
  readonly since: number;
  readonly here: boolean;
  readonly self: boolean;
}

const SHOWN = 5;

export function Presence() {
  const presence = useApp((state) => state.presence);
  const user = useApp((state) => state.user);
  const [open, setOpen] = useState(false);
  const people = useMemo(() => {
    const byId = new Map<string, Person>();
    const self = user?.id;
    for (const who of presence.graph) byId.set(who.id, { ...who, here: false, self: who.id === self });
    for (const who of presence.session) byId.set(who.id, { ...who, here: true, self: who.id === self });
    const rank = (person: Person) => (person.self ? 0 : person.here ? 1 : 2);
    return [...byId.values()].sort((a, b) => rank(a) - rank(b) || a.since - b.since);
  }, [presence, user]);

  if (people.length === 0) return <div className="presence" data-testid="presence" data-count={0} />;
  // Who is in the session but unnamed in a crowded graph is counted twice; of a crowd that is nothing.
  const count = people.length + presence.unnamed;
  const summary = `${count.toLocaleString('en')} ${count === 1 ? 'person' : 'people'} here`;
  return (
    <div
      className="presence"
      data-testid="presence"
      data-count={count}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
    >
      <button type="button" className="avatars" aria-expanded={open} title={summary} onClick={() => setOpen(!open)}>
        <span className="sr-only">{summary}:</span>
        {people.slice(0, SHOWN).map((person, order) => (
          <Avatar key={person.id} person={person} order={order} />
        ))}
        {count > SHOWN && <span className="avatar more">+{more(count - SHOWN)}</span>}
      </button>
      {open && (
        <ul className="people popover">
          {people.map((person) => (
            <li key={person.id}>
              <Avatar person={person} />
              <span className="people-name">
                {person.name}
                {person.self && <em> you</em>}
              </span>
              <span className="people-since">
                {person.here ? 'here' : 'in the graph'} since {timeOf(person.since)}
              </span>
            </li>
          ))}
          {presence.unnamed > 0 && <li className="people-since">and {presence.unnamed.toLocaleString('en')} more</li>}
        </ul>
      )}
    </div>
  );
}

/** Short enough for a circle. */
const more = (count: number) => (count < 1000 ? `${count}` : `${Math.floor(count / 1000)}k`);

function Avatar({ person, order = 0 }: { readonly person: Person; readonly order?: number }) {
  const where = person.here ? 'In this session' : 'In this graph, from another session';
  return (
    <span
      className="avatar"
      data-self={person.self}
      data-here={person.here}
      style={{ '--person': personColor(person.id), '--order': order }}
      title={`${person.name}${person.self ? ' (you)' : ''}\n${where} since ${timeOf(person.since)}`}
    >
      {initials(person.name)}
    </span>
  );
}
