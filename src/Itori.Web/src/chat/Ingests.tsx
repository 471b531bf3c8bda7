import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';

/** Documents on their way into the graph. */
export function Ingests() {
  const client = useClient();
  const ingests = useApp((state) => state.ingests);
  const connected = useApp((state) => state.connection.state === 'open');
  if (ingests.length === 0) return null;
  return (
    <ul className="ingests" aria-label="Documents">
      {ingests.slice(-4).map((ingest) => (
        <li key={ingest.key} className="ingest" data-testid="ingest" data-state={ingest.error !== null ? 'failed' : ingest.done !== null ? 'done' : 'running'}>
          <Icon name="document" />
          <span className="ingest-name">{ingest.source}</span>
          <span className="ingest-words" role={ingest.error === null ? 'status' : 'alert'}>
            {ingest.error ??
              (ingest.done === null
                ? connected || ingest.progress > 0
                  ? `${Math.round(ingest.progress * 100)} %`
                  : 'Kept here, sent when connected'
                : `${ingest.done.concepts.toLocaleString('en')} concepts, ${ingest.done.relations.toLocaleString('en')} relations`)}
          </span>
          {(ingest.done !== null || ingest.error !== null) && (
            <button type="button" className="button icon-only quiet" aria-label={`Dismiss ${ingest.source}`} onClick={() => client.dismissIngest(ingest.key)}>
              <Icon name="close" />
            </button>
          )}
          {ingest.done === null && ingest.error === null && <progress value={ingest.progress} max={1} aria-label={`Reading ${ingest.source}`} />}
        </li>
      ))}
    </ul>
  );
}
