import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { useDark, useMedia } from '../hooks/useMedia';
import { Icon } from '../icons';
import { initials, personColor } from '../people';
import { usePast, useShownGraph, useShownPhases, useView, useViewed } from '../view/view';
import type { Concept, User } from '@itori/client';
import { lookersOf } from './lookers';
import { buildPalette, hue } from './palette';

/** The list shows this many, the weightiest; a search reaches the rest. */
const SHOWN = 200;
const PHASES_EVERY_MS = 500;
const MAX_LOOKERS = 3;

/** All concepts in words, the heaviest first: what the field shows, for eyes, hands and ears that have no use for a picture. */
export function ConceptList({ hidden }: { readonly hidden: ReadonlySet<string> }) {
  const view = useView();
  const { concepts } = useShownGraph();
  const also = useViewed((state) => state.also);
  const selected = useApp((state) => state.selected);
  const cursors = useApp((state) => state.cursors);
  const driftingNow = useApp((state) => state.spectral?.driftingConcepts);
  const live = usePast() === null;
  const lookers = useMemo(() => lookersOf(live ? cursors.values() : []), [live, cursors]);
  const drifting = useMemo(() => new Set(live ? driftingNow : []), [live, driftingNow]);
  const roomy = useMedia('(min-width: 1100px)');
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const open = chosen ?? roomy;
  const found = useMemo(() => {
    const all = [...concepts.values()].filter((concept) => !hidden.has(concept.id));
    const matching = wanted === '' ? all : all.filter((concept) => concept.label.toLowerCase().includes(wanted));
    return matching.sort((a, b) => b.weight - a.weight || (a.label < b.label ? -1 : 1));
  }, [concepts, hidden, wanted]);
  const list = useRef<HTMLUListElement>(null);
  usePhaseMarks(list, concepts);

  return (
    <div className="concepts" data-open={open}>
      <button type="button" className="concepts-head" aria-expanded={open} aria-controls="concept-list" onClick={() => setChosen(!open)}>
        <Icon name="chevron" />
        Concepts
        <span className="count">
          {hidden.size > 0 && `${(concepts.size - hidden.size).toLocaleString('en')} of `}
          {concepts.size.toLocaleString('en')}
        </span>
      </button>
      <div className="concepts-body" hidden={!open}>
        {concepts.size > 12 && (
          <input
            className="field-input concepts-search"
            type="search"
            placeholder="Find a concept"
            aria-label="Find a concept"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              const [first] = found;
              if (event.key === 'Enter' && first !== undefined) view.choose(first.id);
            }}
          />
        )}
        <ul id="concept-list" data-testid="concept-list" ref={list}>
          {found.slice(0, SHOWN).map((concept) => (
            <Row
              key={concept.id}
              concept={concept}
              pressed={concept.id === selected || also.includes(concept.id)}
              alone={concept.id === selected}
              drifting={drifting.has(concept.id)}
              lookers={lookers.get(concept.id)}
            />
          ))}
        </ul>
        {found.length > SHOWN && <p className="soft small-print">and {(found.length - SHOWN).toLocaleString('en')} lighter ones</p>}
        {found.length === 0 && wanted !== '' && <p className="soft small-print">Nothing by that name.</p>}
      </div>
    </div>
  );
}

interface RowProps {
  readonly concept: Concept;
  readonly pressed: boolean;
  /** It is the one that is selected, so that a click takes that back. */
  readonly alone: boolean;
  readonly drifting: boolean;
  readonly lookers: readonly User[] | undefined;
}

const Row = memo(function Row({ concept, pressed, alone, drifting, lookers }: RowProps) {
  const client = useClient();
  const view = useView();
  const { id, label } = concept;
  return (
    <li data-testid="concept" data-id={id} data-slot={concept.slot} data-first-phase={concept.phase} data-drifting={drifting}>
      <button
        type="button"
        className="concept-row"
        aria-pressed={pressed}
        onClick={(event) => view.choose(!event.shiftKey && alone ? null : id, event.shiftKey)}
        onPointerEnter={() => client.pointAt(id)}
        onPointerLeave={() => client.pointAt(null)}
      >
        <span className="concept-dot" aria-hidden="true" style={{ '--weight': concept.weight }} />
        <span className="concept-label">{label}</span>
        {drifting && <span className="concept-drifts">drifts</span>}
        {lookers !== undefined && <Lookers users={lookers} />}
      </button>
    </li>
  );
});

/** Who else looks at a concept: what the rings in the field say. */
function Lookers({ users }: { readonly users: readonly User[] }) {
  const names = users.map(({ name }) => name).join(', ');
  return (
    <span className="concept-lookers" data-testid="lookers" title={`${names} ${users.length === 1 ? 'looks' : 'look'} at it`}>
      <span className="sr-only">, looked at by {names}</span>
      {users.slice(0, MAX_LOOKERS).map((user) => (
        <span key={user.id} className="looker" aria-hidden="true" style={{ '--person': personColor(user.id) }}>
          {initials(user.name)}
        </span>
      ))}
    </span>
  );
}

/** Writes phases straight into the list's elements, twice a second: React need not know. */
function usePhaseMarks(list: React.RefObject<HTMLUListElement | null>, concepts: ReadonlyMap<string, Concept>): void {
  const phases = useShownPhases();
  const dark = useDark();
  useEffect(() => {
    const palette = buildPalette(dark);
    const mark = () => {
      for (const item of list.current?.querySelectorAll<HTMLElement>('[data-slot]') ?? []) {
        const phase = phases.latest(Number(item.dataset['slot'])) ?? Number(item.dataset['firstPhase']);
        item.dataset['phase'] = phase.toFixed(4);
        item.style.setProperty('--hue', hue(palette.vivid, phase));
      }
    };
    mark();
    const timer = setInterval(mark, PHASES_EVERY_MS);
    return () => clearInterval(timer);
  }, [list, phases, dark, concepts]);
}
