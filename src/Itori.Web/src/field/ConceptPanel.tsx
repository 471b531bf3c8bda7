import { useMemo } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { timeOf } from '../people';
import type { ConceptSource, SessionEvent } from '../protocol/messages';
import { relationsOf } from '../state/graph';

const MAX_RELATIONS = 8;
const MAX_SOURCES = 6;

/** What is known of the selected concept. */
export function ConceptPanel() {
  const client = useClient();
  const graph = useApp((state) => state.graph);
  const selected = useApp((state) => state.selected);
  const concept = selected === null ? undefined : graph.concepts.get(selected);
  const relations = useMemo(() => (selected === null ? [] : relationsOf(graph, selected)), [graph, selected]);
  if (concept === undefined) return null;
  return (
    <div className="panel" data-testid="concept-panel" onKeyDown={(event) => event.key === 'Escape' && client.select(null)}>
      <div className="panel-head">
        <h2>{concept.label}</h2>
        <button
          type="button"
          className="button icon-only quiet"
          aria-pressed={concept.pinned}
          aria-label={concept.pinned ? 'Unpin' : 'Pin'}
          title={concept.pinned ? 'Pinned: it keeps its place. Click to let it go.' : 'Pin: it keeps its place'}
          onClick={() => void client.pinConcept(concept.id, !concept.pinned)}
        >
          <Icon name="pin" />
        </button>
        <button type="button" className="button icon-only quiet" aria-label="Close" onClick={() => client.select(null)}>
          <Icon name="close" />
        </button>
      </div>
      <dl className="facts">
        <div>
          <dt>mentions</dt>
          <dd>{concept.mentions.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>weight</dt>
          <dd>{concept.weight.toFixed(2)}</dd>
        </div>
        {concept.createdAt > 0 && (
          <div>
            <dt>since</dt>
            <dd>{timeOf(concept.createdAt)}</dd>
          </div>
        )}
      </dl>
      {relations.length > 0 && (
        <>
          <h3>Strongest relations</h3>
          <ul className="relations">
            {relations.slice(0, MAX_RELATIONS).map(({ relation, other }) => (
              <li key={relation.id}>
                <button type="button" onClick={() => client.select(other.id)}>
                  <span className="relation-bar" aria-hidden="true" style={{ '--strength': relation.weight }} />
                  <span className="relation-name">{other.label}</span>
                  {relation.kind !== 'co_occurs' && <span className="relation-kind">{relation.kind.replaceAll('_', ' ')}</span>}
                  <span className="relation-weight">{relation.weight.toFixed(2)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {concept.sources.length > 0 && (
        <>
          <h3>Where it was said</h3>
          <ul className="sources">
            {concept.sources
              .slice(-MAX_SOURCES)
              .reverse()
              .map((source, index) => (
                <Source key={index} source={source} />
              ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Source({ source }: { readonly source: ConceptSource }) {
  const sessionId = useApp((state) => state.sessionId);
  const events = useApp((state) => state.conversation.events);
  const message = source.session === sessionId && source.seq !== undefined ? events.find((event) => event.seq === source.seq) : undefined;
  const range = `characters ${source.start.toLocaleString('en')}–${(source.start + source.length).toLocaleString('en')}`;
  if (message === undefined) {
    const where = source.source ?? (source.session === sessionId ? `message ${source.seq ?? ''}` : 'another session');
    return (
      <li>
        <span className="source-where">{where}</span>
        {source.length > 0 && <span className="source-range">{range}</span>}
      </li>
    );
  }
  const { before, quoted, after } = quote(message, source);
  return (
    <li>
      <button type="button" className="source-quote" title={range} onClick={() => showMessage(message.seq)}>
        {before}
        <mark>{quoted}</mark>
        {after}
      </button>
      <span className="source-where">
        {message.type === 'user_msg' ? message.user.name : 'Assistant'}, {timeOf(message.timestamp)}
      </span>
    </li>
  );
}

const AROUND = 42;

function quote(message: SessionEvent, { start, length }: ConceptSource) {
  const { text } = message;
  const from = Math.max(0, start - AROUND);
  const end = start + length;
  const to = Math.min(text.length, end + AROUND);
  return {
    before: (from > 0 ? '…' : '') + text.slice(from, start),
    quoted: text.slice(start, end),
    after: text.slice(end, to) + (to < text.length ? '…' : ''),
  };
}

function showMessage(seq: number): void {
  const element = document.querySelector(`.message[data-seq="${seq}"]`);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element?.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  element?.animate?.([{ backgroundColor: 'var(--highlight)' }, { backgroundColor: 'transparent' }], { duration: 1_600 });
}
