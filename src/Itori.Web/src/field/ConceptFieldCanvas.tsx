import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { ExportMenu } from '../exchange/ExportMenu';
import { useApp, useClient } from '../hooks/useItori';
import { useDark, useMedia, useStill } from '../hooks/useMedia';
import { useTick } from '../hooks/useTick';
import { Icon } from '../icons';
import { initials, personColor } from '../people';
import { PastBanner } from '../replay/TimeBar';
import { hiddenBy } from '../view/filter';
import { usePast, useReadOnly, useShownGraph, useShownPhases, useView, useViewed } from '../view/view';
import { ConceptList } from './ConceptList';
import { ConceptPanel } from './ConceptPanel';
import { FilterMenu } from './FilterMenu';
import { HoverCard } from './HoverCard';
import { PhaseWheel } from './PhaseWheel';
import { FieldRenderer } from './renderer';
import { SelectionPanel } from './SelectionPanel';

const AGE_EVERY_MS = 10_000;

/** The field: a WebGL canvas of concepts whose hue is their phase, and beside it what is known of them. */
export function ConceptFieldCanvas() {
  const client = useClient();
  const view = useView();
  const graph = useShownGraph();
  const phases = useShownPhases();
  const past = usePast();
  const readOnly = useReadOnly();
  const connection = useApp((state) => state.connection.state);
  const selected = useApp((state) => state.selected);
  const cursors = useApp((state) => state.cursors);
  const spectral = useApp((state) => state.spectral);
  const alerts = useApp((state) => state.alerts);
  const filter = useViewed((state) => state.filter);
  const also = useViewed((state) => state.also);
  const clustersShown = useViewed((state) => state.clustersShown);
  const dark = useDark();
  const still = useStill();
  const narrow = useMedia('(max-width: 760px)');
  const area = useRef<HTMLDivElement>(null);
  const container = useRef<HTMLDivElement>(null);
  const rail = useRef<HTMLElement>(null);
  const [renderer, setRenderer] = useState<FieldRenderer | null>(null);
  // Places that all see are not one page's to change.
  const [alone, setAlone] = useState(false);
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
          select: (id, more) => view.choose(id, more),
          hover: (id, at) => {
            client.pointAt(id);
            view.set({ hovered: id === null || at === null ? null : { id, x: at.x, y: at.y } });
          },
          moved: (id, x, y) => void client.moveConcept(id, x, y),
          // Of the past, what the others see stands elsewhere.
          reached: (place) => client.reachTo(view.replay.store.get() === null ? place : null),
          alone: setAlone,
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
      setAlone(false);
      made.destroy();
    };
  }, [client, view]);

  useEffect(() => {
    look.current = { dark, still };
    renderer?.setLook({ dark, still });
  }, [renderer, dark, still]);
  useEffect(() => renderer?.setPhases(phases), [renderer, phases]);
  useEffect(() => renderer?.show(graph, past !== null), [renderer, graph, past === null]);
  // What was said lately is so for a while only, also when nothing else happens.
  const tick = useTick(filter.within === null || past !== null ? null : AGE_EVERY_MS);
  const hidden = useMemo(() => hiddenBy(filter, graph, past?.at ?? Date.now()), [filter, graph, past?.at, tick]);
  useEffect(() => renderer?.setHidden(hidden), [renderer, hidden]);
  const chosen = useMemo(() => (selected === null ? [] : [selected, ...also]), [selected, also]);
  useEffect(() => renderer?.select(new Set(chosen)), [renderer, chosen]);
  useEffect(() => client.shareSelection(chosen), [client, chosen]);
  useEffect(() => {
    const sheet = narrow ? rail.current?.querySelector('.panel') : null;
    if (selected !== null) renderer?.viewpoint.reveal(selected, sheet?.clientHeight);
  }, [renderer, selected, narrow]);
  useEffect(() => renderer?.setDrifting(past === null ? (spectral?.driftingConcepts ?? []) : []), [renderer, spectral, past === null]);
  const alarmed = useMemo(() => new Set(past === null ? alerts.map((alert) => alert.cluster_id) : []), [alerts, past === null]);
  useEffect(() => renderer?.setClusters(clustersShown, alarmed), [renderer, clustersShown, alarmed]);
  useEffect(() => renderer?.setMovable(readOnly === null), [renderer, readOnly]);
  const rings = useMemo(
    () =>
      [...cursors.values()].flatMap(({ user, concept, selection }) => {
        const [color, letters] = [rgb(personColor(user.id)), initials(user.name)];
        return [...new Set([concept, ...(selection ?? [])])].map((id, order) => ({ concept: id, color, initials: order === 0 ? letters : '' }));
      }),
    [cursors],
  );
  useEffect(() => renderer?.setRings(past === null ? rings : []), [renderer, rings, past === null]);

  const empty = graph.known && graph.concepts.size === 0;
  const unknown = !graph.known && past === null;
  return (
    <div className="field-area">
      <div
        className="field"
        ref={area}
        tabIndex={0}
        role="group"
        aria-label="Concept field. Arrow keys move the view, with Shift the selected concept; plus and minus zoom, 0 shows everything, Escape clears the selection."
        data-past={past !== null}
        data-known={graph.known}
        onKeyDown={(event) => event.target === event.currentTarget && keys(event, renderer, chosen, () => view.choose(null))}
      >
        <div className="field-canvas" ref={container} role="img" aria-label={`${graph.concepts.size} concepts; the list of concepts says the same in words`} />
        {unknown && (
          <div className="field-empty" data-testid="field-waiting">
            <EmptyFigure />
            <p>{connection === 'open' ? 'The graph is on its way…' : 'Waiting for the server.'}</p>
            {connection !== 'open' && <p className="soft">The field appears when the connection is there. What you write meanwhile is kept and sent then.</p>}
          </div>
        )}
        {empty && past === null && (
          <div className="field-empty" data-testid="field-empty">
            <EmptyFigure />
            <p>No concepts yet.</p>
            <p className="soft">What is said appears here: a concept each, its size the weight, its hue and hand the phase. Texts, PDFs and graph files can be dropped here.</p>
          </div>
        )}
        {empty && past !== null && (
          <div className="field-empty">
            <p className="soft">Nothing had been said yet.</p>
          </div>
        )}
        {broken && <p className="field-empty soft">This browser shows no WebGL, so the field cannot be drawn. The list of concepts still works.</p>}
        <OthersHands renderer={renderer} />
        <PastBanner />
        <PhaseWheel />
        <HoverCard area={area} />
        <div className="field-tools" role="group" aria-label="View">
          <FilterMenu />
          <ExportMenu renderer={renderer} />
          {alone && <Tool name="arrange" label="Arrange anew" onClick={() => renderer?.rearrange()} />}
          <Tool name="plus" label="Zoom in" onClick={() => renderer?.viewpoint.zoom(0.7)} />
          <Tool name="minus" label="Zoom out" onClick={() => renderer?.viewpoint.zoom(1 / 0.7)} />
          <Tool name="fit" label="Show everything" onClick={() => renderer?.viewpoint.fit()} />
        </div>
      </div>
      <aside className="rail" ref={rail} aria-label="Concepts">
        <SelectionPanel />
        <ConceptPanel />
        <ConceptList hidden={hidden} />
      </aside>
    </div>
  );
}

/** Apart from the rest, since hands move often. */
function OthersHands({ renderer }: { readonly renderer: FieldRenderer | null }) {
  const hands = useApp((state) => state.hands);
  const live = usePast() === null;
  useEffect(() => {
    const marks = live ? [...hands.values()].map(({ user, x, y }) => ({ id: user.id, name: user.name, color: personColor(user.id), x, y })) : [];
    renderer?.setHands(marks);
  }, [renderer, hands, live]);
  return null;
}

function Tool({ name, label, onClick }: { readonly name: 'arrange' | 'plus' | 'minus' | 'fit'; readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" className="button icon-only quiet" aria-label={label} title={label} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}

const STEP = 0.15;
/** To the right and down. */
const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keys(event: KeyboardEvent, renderer: FieldRenderer | null, selection: readonly string[], clear: () => void): void {
  const [only, ...others] = selection;
  const arrow = arrows[event.key];
  if (event.shiftKey && arrow !== undefined && only !== undefined && others.length === 0) {
    event.preventDefault();
    renderer?.push(only, ...arrow);
    return;
  }
  const act: Record<string, () => void> = {
    '+': () => renderer?.viewpoint.zoom(0.7),
    '=': () => renderer?.viewpoint.zoom(0.7),
    '-': () => renderer?.viewpoint.zoom(1 / 0.7),
    '0': () => renderer?.viewpoint.fit(),
    Escape: clear,
  };
  const chosen = arrow === undefined ? act[event.key] : () => renderer?.viewpoint.pan(STEP * arrow[0], -STEP * arrow[1]);
  if (chosen === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  chosen();
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
