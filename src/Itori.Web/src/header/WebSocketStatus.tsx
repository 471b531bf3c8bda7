import { useEffect, useState } from 'react';
import { statusOf, type Connection, type Status } from '@itori/client';
import { useApp, useClient } from '../hooks/useItori';

/** Green: connected. Yellow, pulsing: it is being tried. Red: it failed for long, the browser is offline, or it was given up. A button makes a try at once. */
export function WebSocketStatus() {
  const client = useClient();
  const connection = useApp((state) => state.connection);
  const status = statusOf(connection);
  const words = wordsOf(connection);
  const retryAt = connection.state === 'connecting' ? connection.retryAt : undefined;
  const more =
    connection.state !== 'open'
      ? connection.reason
      : connection.rttMs === null
        ? 'Connected'
        : `Round trip ${connection.rttMs < 10 ? connection.rttMs.toFixed(1) : Math.round(connection.rttMs)} ms`;
  return (
    <div className="status-box">
      <div className="status" data-testid="status" data-state={status} role="status" title={more}>
        <span className="status-dot" aria-hidden="true">
          <Mark status={status} />
        </span>
        <span className="status-words">{words}</span>
      </div>
      {isLost(connection) && (
        <>
          {retryAt !== undefined && <Countdown until={retryAt} />}
          <button type="button" className="button small" data-testid="reconnect" onClick={() => client.reconnect()} title={more}>
            Reconnect
          </button>
        </>
      )}
    </div>
  );
}

/** Whether the connection was lost or cannot be made, so that a hand may hurry it. The button stays while a try is under way: it must not run from the hand. */
function isLost(connection: Connection): boolean {
  return connection.state === 'closed' || (connection.state === 'connecting' && (connection.attempt > 0 || connection.paused !== undefined));
}

function wordsOf(connection: Connection): string {
  if (connection.state === 'open') return 'Connected';
  if (connection.state === 'closed') return 'Disconnected';
  if (connection.paused === 'offline') return 'Offline';
  if (statusOf(connection) === 'disconnected') return 'Disconnected';
  return connection.attempt > 0 ? 'Reconnecting' : 'Connecting';
}

/** A shape for each colour, since colour is not for everybody. */
function Mark({ status }: { readonly status: Status }) {
  const paths = { open: 'M2.2 5.2 4.2 7.2 7.8 3', connecting: 'M2.4 5h.1M5 5h.1M7.5 5h.1', disconnected: 'M3 3l4 4M7 3 3 7' };
  return (
    <svg viewBox="0 0 10 10" width="10" height="10">
      <path d={paths[status]} fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function Countdown({ until }: { readonly until: number }) {
  const [left, setLeft] = useState(() => until - Date.now());
  useEffect(() => {
    setLeft(until - Date.now());
    const timer = setInterval(() => setLeft(until - Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return (
    <span className="status-next" aria-hidden="true">
      {left > 900 ? `again in ${Math.round(left / 1_000)} s` : 'again now'}
    </span>
  );
}
