import { useEffect, useRef } from 'react';
import { useApp } from '../hooks/useItori';
import { usePast, useShownGraph, useShownPhases } from '../view/view';
import { Outlook } from './Outlook';
import { StripChart } from './StripChart';

const NUMBER_EVERY_MS = 250;

export function Coherence() {
  const live = useApp((state) => state.spectral);
  const past = usePast();
  const graph = useShownGraph();
  // What is measured of a field is not replayed.
  const spectral = past === null ? live : null;
  const concepts = graph.concepts.size;
  const relations = graph.relations.size;
  return (
    <section className="coherence" aria-label="Coherence">
      <dl className="numbers">
        <div className="number lead" title="Order parameter r: 1 when all phases are one, 0 when they cancel out">
          <dt>
            <span className="key order" aria-hidden="true" /> order
          </dt>
          <dd>
            <OrderParameter />
          </dd>
        </div>
        <div className="number" title="Coherence: how much each concept agrees with its neighbours">
          <dt>
            <span className="key coherent" aria-hidden="true" /> coherence
          </dt>
          <dd>{spectral === null ? '–' : spectral.coherence.toFixed(2)}</dd>
        </div>
        <div className="number" title="Algebraic connectivity λ₂: 0 when the graph falls into parts">
          <dt>
            λ<sub>2</sub>
          </dt>
          <dd>{spectral?.connectivity === undefined ? '–' : connectivity(spectral.connectivity)}</dd>
        </div>
        <div className="number">
          <dt>concepts</dt>
          <dd data-testid="concept-count">{concepts}</dd>
        </div>
        <div className="number">
          <dt>relations</dt>
          <dd>{relations}</dd>
        </div>
      </dl>
      <div className="chart">
        <StripChart />
        <Outlook />
      </div>
    </section>
  );
}

/** The current order parameter, written past React a few times a second. */
function OrderParameter() {
  const phases = useShownPhases();
  const past = usePast() !== null;
  const output = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let last = -Infinity;
    // The frame of a moment came before this was told of it.
    if (output.current !== null && (phases.running || past)) output.current.textContent = phases.orderParameter.toFixed(2);
    return phases.listen((frame) => {
      const now = performance.now();
      if (now - last < NUMBER_EVERY_MS || output.current === null) return;
      last = now;
      output.current.textContent = frame.orderParameter.toFixed(2);
    });
  }, [phases, past]);
  return (
    <span ref={output} data-testid="order-parameter">
      –
    </span>
  );
}

function connectivity(value: number): string {
  if (value === 0) return '0';
  if (value < 0.001) return '< 0.001';
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2);
}
