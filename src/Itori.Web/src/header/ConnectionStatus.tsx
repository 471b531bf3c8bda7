import { useClient, useApp } from '../hooks/useItori';

export function ConnectionStatus() {
  const client = useClient();
  const connection = useApp((state) => state.connection);
  const words = { open: 'Connected', connecting: connection.state === 'connecting' && connection.attempt > 0 ? 'Reconnecting' : 'Connecting', closed: 'Offline' };
  const more =
    connection.state === 'open'
      ? connection.rttMs === null
        ? 'Connected'
        : `Round trip ${connection.rttMs < 10 ? connection.rttMs.toFixed(1) : Math.round(connection.rttMs)} ms`
      : connection.reason;
  return (
    <div className="status-box">
      <div className="status" data-testid="status" data-state={connection.state} role="status" title={more}>
        <span className="status-dot" aria-hidden="true" />
        <span className="status-words">{words[connection.state]}</span>
      </div>
      {connection.state === 'closed' && (
        <button type="button" className="button small" onClick={() => client.reconnect()} title={connection.reason}>
          Reconnect
        </button>
      )}
    </div>
  );
}
