import { useEffect, useMemo, useRef, useState } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { useDark, useStill } from '../hooks/useMedia';
import { Icon } from '../icons';
import { initials, personColor } from '../people';
import { ConceptList } from './ConceptList';
import { ConceptPanel } from './ConceptPanel';
import { PhaseWheel } from './PhaseWheel';
import { FieldRenderer } from './renderer';

export function ConceptField() {
  const client = useClient();
  const graph = useApp((state) => state.graph);
  const selected = useApp((state) => state.selected);
  const cursors = useApp((state) => state.cursors);
  const spectral = useApp((state) => state.spectral);
  const dark = useDark();
  const still = useStill();
  const container = useRef<HTMLDivElement>(null);
  const [renderer, setRenderer] = useState<FieldRenderer | null>(null);
  const [broken, setBroken] = useState(false);
  const look = useRef({ dark, still });

  useEffect(() => {
    if (container.current === null) return;
    let made: FieldRenderer;
    try {
      made = new FieldRenderer(
        container.current,
        client.phases,
        {
          select: (id) => client.select(id),
          hover: (id) => client.pointAt(id),
          moved: (id, x, y) => void client.moveConcept(id, x, y),
        },
        look.current,
      );
    } catch (error) {
      // Without WebGL there is no picture; the list of concepts still is.
      console.warn(error);
      setBroken(true);
      return;
    }
    setRenderer(made);
    return () => {
      setRenderer(null);
      made.destroy();
    };
  }, [client]);

  useEffect(() => {
    look.current = { dark, still };
    renderer?.setLook({ dark, still });
  }, [renderer, dark, still]);
  useEffect(() => renderer?.show(graph), [renderer, graph]);
  useEffect(() => renderer?.select(new Set(selected === null ? [] : [selected])), [renderer, selected]);
  useEffect(() => renderer?.setDrifting(spectral?.driftingConcepts ?? []), [renderer, spectral]);
  const rings = useMemo(
    () =>
      [...cursors.values()].map(({ user, concept }) => ({ concept, color: rgb(personColor(user.id)), initials: initials(user.name) })),
    [cursors],
  );
  useEffect(() => renderer?.setRings(rings), [renderer, rings]);

  const empty = graph.known && graph.concepts.size === 0;
  return (
    <div className="field-area">
      <div className="field" onKeyDown={(event) => event.key === 'Escape' && client.select(null)}>
        <div className="field-canvas" ref={container} role="img" aria-label={`Concept field of ${graph.concepts.size} concepts; the list of concepts says the same in words`} />
        {empty && (
          <div className="field-empty">
            <EmptyFigure />
            <p>No concepts yet.</p>
            <p className="soft">What is said on the left appears here: a concept each, its hue the phase, its size the weight.</p>
          </div>
        )}
        {broken && <p className="field-empty soft">This browser shows no WebGL, so the field cannot be drawn. The list of concepts still works.</p>}
        <PhaseWheel />
        <div className="field-tools" role="group" aria-label="View">
          <button type="button" className="button icon-only quiet" aria-label="Zoom in" onClick={() => renderer?.zoom(0.7)}>
            <Icon name="plus" />
          </button>
          <button type="button" className="button icon-only quiet" aria-label="Zoom out" onClick={() => renderer?.zoom(1 / 0.7)}>
            <Icon name="minus" />
          </button>
          <button type="button" className="button icon-only quiet" aria-label="Show everything" onClick={() => renderer?.fit()}>
            <Icon name="fit" />
          </button>
        </div>
      </div>
      <aside className="rail" aria-label="Concepts">
        <ConceptPanel />
        <ConceptList />
      </aside>
    </div>
  );
}

function EmptyFigure() {
  return (
    <svg viewBox="0 0 120 72" width="150" height="90" aria-hidden="true" className="empty-figure">
      <path d="M22 48 52 20 76 46 102 24M52 20 102 24M22 48 76 46" />
      <circle cx="22" cy="48" r="7" />
      <circle cx="52" cy="20" r="10" />
      <circle cx="76" cy="46" r="6" />
      <circle cx="102" cy="24" r="8" />
    </svg>
  );
}

// A canvas of an older browser may not read oklch(); the style engine translates.
function rgb(color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  return probe.style.color === '' ? '#777777' : probe.style.color;
}
