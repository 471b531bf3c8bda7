import { useApp } from '../hooks/useItori';
import { ConnectionStatus } from './ConnectionStatus';
import { CopyLink } from './CopyLink';
import { Presence } from './Presence';

export function Header() {
  const graphId = useApp((state) => state.graphId);
  const sessionId = useApp((state) => state.sessionId);
  return (
    <header className="header">
      <h1 className="brand">
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path d="M9 22 16 9l8 10z" className="brand-line" />
          <circle cx="16" cy="9" r="5" className="brand-a" />
          <circle cx="9" cy="22" r="4" className="brand-b" />
          <circle cx="24" cy="19.5" r="3.2" className="brand-c" />
        </svg>
        Itori
      </h1>
      <div className="place">
        {graphId !== null && sessionId !== null && (
          <>
            <span className="place-part" title={`Graph ${graphId}`}>
              <span className="place-kind">graph</span> <span className="place-name">{graphId}</span>
            </span>
            <span className="place-part" title={`Session ${sessionId}`}>
              <span className="place-kind">session</span> <span className="place-name">{short(sessionId)}</span>
            </span>
            <CopyLink />
          </>
        )}
      </div>
      <Presence />
      <ConnectionStatus />
    </header>
  );
}

function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…` : id;
}
