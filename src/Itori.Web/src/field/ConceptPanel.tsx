import { useEffect, useMemo, useState, type FormEvent } from 'react';
import { relationsOf, type Concept } from '@itori/client';
import { useApp, useClient } from '../hooks/useItori';
import { useMedia } from '../hooks/useMedia';
import { Icon } from '../icons';
import { timeOf } from '../people';
import { Confirm } from '../view/Confirm';
import { useReadOnly, useShownGraph, useView, useViewed } from '../view/view';
import { Provenance } from './Provenance';

const MAX_RELATIONS = 8;
const MAX_SOURCES = 6;

/** What is known of the selected concept, and what can be done with it. */
export function ConceptPanel() {
  const client = useClient();
  const view = useView();
  const graph = useShownGraph();
  const selected = useApp((state) => state.selected);
  const several = useViewed((state) => state.also.length > 0);
  const readOnly = useReadOnly();
  const drifting = useApp((state) => state.spectral?.driftingConcepts);
  const concept = selected === null ? undefined : graph.concepts.get(selected);
  const relations = useMemo(() => (selected === null ? [] : relationsOf(graph, selected)), [graph, selected]);
  const fingers = useMedia('(pointer: coarse)');
  const [renaming, setRenaming] = useState(false);
  useEffect(() => setRenaming(false), [selected]);
  if (concept === undefined || several) return null;
  const frozen = readOnly !== null;
  return (
    <div className="panel" data-testid="concept-panel">
      <div className="panel-head">
        {renaming ? <Rename concept={concept} onDone={() => setRenaming(false)} /> : <h2>{concept.label}</h2>}
        <button
          type="button"
          className="button icon-only quiet"
          aria-pressed={concept.pinned}
          aria-label={concept.pinned ? 'Unpin' : 'Pin'}
          title={readOnly ?? (concept.pinned ? 'Pinned: it keeps its place. Click to let it go: the field finds its place again' : 'Pin: it keeps its place')}
          disabled={frozen}
          onClick={() => void client.pinConcept(concept.id, !concept.pinned)}
        >
          <Icon name="pin" />
        </button>
        <button type="button" className="button icon-only quiet" aria-label="Close" onClick={() => view.choose(null)}>
          <Icon name="close" />
        </button>
      </div>
      <dl className="facts">
        <Fact name="mentions" value={concept.mentions.toLocaleString('en')} />
        <Fact name="weight" value={concept.weight.toFixed(2)} />
        {concept.cluster > 0 && <Fact name="cluster" value={String(concept.cluster)} />}
        {concept.createdAt > 0 && <Fact name="since" value={timeOf(concept.createdAt)} />}
      </dl>
      {drifting?.includes(concept.id) === true && (
        <p className="panel-note">
          <Icon name="alert" /> Drifts: it keeps another pace than its cluster, or is said beside other things than before.
        </p>
      )}
      <div className="panel-actions" title={readOnly ?? undefined}>
        <button type="button" className="button small" disabled={frozen} data-testid="rename" onClick={() => setRenaming(true)}>
          <Icon name="edit" /> Rename
        </button>
        <Confirm sure="Really remove?" disabled={frozen} testId="remove" onConfirm={() => void client.operate([{ op: 'remove', id: concept.id }])}>
          Remove
        </Confirm>
      </div>
      {relations.length > 0 && (
        <>
          <h3>Strongest relations</h3>
          <ul className="relations">
            {relations.slice(0, MAX_RELATIONS).map(({ relation, other }) => (
              <li key={relation.id}>
                <button type="button" className="relation" onClick={() => view.choose(other.id)}>
                  <span className="relation-bar" aria-hidden="true" style={{ '--strength': relation.weight }} />
                  <span className="relation-name">{other.label}</span>
                  {relation.kind !== 'co_occurs' && <span className="relation-kind">{relation.kind.replaceAll('_', ' ')}</span>}
                  <span className="relation-weight">{relation.weight.toFixed(2)}</span>
                </button>
                <button
                  type="button"
                  className="relation-cut"
                  aria-label={`Unlink ${other.label}`}
                  title={readOnly ?? `Unlink ${other.label}, for good`}
                  disabled={frozen}
                  onClick={() => void client.operate([{ op: 'unlink', source: relation.source, target: relation.target }])}
                >
                  <Icon name="unlink" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {concept.sources.length > 0 && (
        <>
          <h3>Where it was said</h3>
          <Provenance sources={concept.sources} shown={MAX_SOURCES} />
        </>
      )}
      <p className="soft small-print panel-hint">
        {fingers ? 'Hold another concept to merge or link.' : 'Shift-click another concept to merge or link. To move this one, drag it, or press Shift and an arrow key in the field.'}
      </p>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Rename({ concept, onDone }: { readonly concept: Concept; readonly onDone: () => void }) {
  const client = useClient();
  const [label, setLabel] = useState(concept.label);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = label.trim();
    if (wanted !== '' && wanted !== concept.label) void client.operate([{ op: 'upsert', id: concept.id, label: wanted }]);
    onDone();
  };
  return (
    <form className="rename" onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), onDone())}>
      <input className="field-input" value={label} maxLength={200} autoFocus aria-label="New name" data-testid="rename-input" onChange={(event) => setLabel(event.target.value)} />
      <button type="submit" className="button small primary">
        Rename
      </button>
    </form>
  );
}
