import { useApp } from '../hooks/useItori';
import { Icon } from '../icons';
import { usePast, useView } from '../view/view';

/** What is expected of the field in words, and the clusters that come apart now. */
export function Outlook() {
  const view = useView();
  const past = usePast();
  const forecast = useApp((state) => state.forecast);
  const alerts = useApp((state) => state.alerts);
  const concepts = useApp((state) => state.graph.concepts);
  const unrelated = useApp((state) => state.graph.relations.size === 0);
  if (past !== null) return <p className="outlook soft">Forecasts and alerts are of the live field.</p>;
  const [worst] = alerts;
  if (worst !== undefined) {
    const names = worst.concepts.flatMap((id) => concepts.get(id)?.label ?? []).slice(0, 3);
    const choose = () => {
      const [first, ...others] = worst.concepts.filter((id) => concepts.has(id));
      view.choose(first ?? null);
      view.set({ also: others });
    };
    const soon = worst.eta_sec > 0 ? `, in about ${Math.round(worst.eta_sec)} s` : '';
    const others = alerts.length > 1 ? ` And ${alerts.length - 1} more.` : '';
    const words = `comes apart${soon}: ${worst.root_cause}.${others}`;
    return (
      <div className="outlook" data-status="critical" data-testid="alert" role="status">
        <Icon name="alert" />
        <span title={words}>
          <button type="button" className="outlook-name" onClick={choose} title="Select its concepts">
            {names.length === 0 ? `Cluster ${worst.cluster_id}` : names.join(', ')}
          </button>{' '}
          {words}
        </span>
      </div>
    );
  }
  // What is not related cannot hang together, and needs no warning.
  if (forecast === null || unrelated) return null;
  const { status, message } = forecast.assessment;
  return (
    <div className="outlook" data-status={status} data-testid="outlook" role="status">
      {status !== 'stable' && <Icon name="alert" />}
      <span>{message}</span>
    </div>
  );
}
