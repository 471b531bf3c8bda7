import { useMemo } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { Confirm } from '../view/Confirm';
import { useReadOnly, useShownGraph, useView, useViewed } from '../view/view';
import { linkAll, mergeInto, relationsAmong, unlinkAll } from './ops';

/** What can be done with several concepts at once. */
export function SelectionPanel() {
  const client = useClient();
  const view = useView();
  const graph = useShownGraph();
  const selected = useApp((state) => state.selected);
  const also = useViewed((state) => state.also);
  const readOnly = useReadOnly();
  const chosen = useMemo(() => [selected, ...also].flatMap((id) => (id === null ? [] : (graph.concepts.get(id) ?? []))), [graph, selected, also]);
  const ids = chosen.map(({ id }) => id);
  const among = useMemo(() => relationsAmong(graph, ids), [graph, ids.join('\n')]);
  const [first] = chosen;
  if (first === undefined || chosen.length < 2) return null;
  const done = async (change: Promise<boolean>) => {
    if (await change) view.choose(first.id);
  };
  return (
    <div className="panel" data-testid="selection-panel">
      <div className="panel-head">
        <h2>{chosen.length} concepts</h2>
        <button type="button" className="button icon-only quiet" aria-label="Close" onClick={() => view.choose(null)}>
          <Icon name="close" />
        </button>
      </div>
      <ul className="chips">
        {chosen.map((concept) => (
          <li key={concept.id}>
            <button type="button" className="chip" aria-label={`Leave ${concept.label} out`} onClick={() => view.choose(concept.id, true)}>
              {concept.label} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="panel-actions" title={readOnly ?? undefined}>
        <Confirm
          sure={`Make all one: “${first.label}”?`}
          disabled={readOnly !== null}
          testId="merge"
          onConfirm={() => void done(client.operate(mergeInto(first.id, ids)))}
        >
          Merge into “{first.label}”
        </Confirm>
        <button type="button" className="button small" disabled={readOnly !== null} data-testid="link" onClick={() => void client.operate(linkAll(ids))}>
          <Icon name="link" /> Link
        </button>
        {among.length > 0 && (
          <button type="button" className="button small" disabled={readOnly !== null} data-testid="unlink" onClick={() => void client.operate(unlinkAll(among))}>
            <Icon name="unlink" /> Unlink
          </button>
        )}
      </div>
      <p className="soft small-print">{among.length === 0 ? 'Not related to each other.' : `${among.length} ${among.length === 1 ? 'relation' : 'relations'} among them.`}</p>
    </div>
  );
}
