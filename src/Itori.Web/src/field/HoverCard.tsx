import { useEffect, useRef, useState } from 'react';
import { useShownGraph, useViewed } from '../view/view';
import { Provenance } from './Provenance';

/** The way from the concept to the card takes a hand this long, ms. */
const STAYS_MS = 260;
/** Somebody who only crosses the field wants no card, ms. */
const COMES_MS = 180;
const WIDTH = 260;
/** How far the card keeps from the concept's middle and from the edge, px. */
const APART = 18;
const EDGE = 8;

/** Beside the concept, or above or below it where the field is narrow: never over it, for a hand that wants to click it. */
function beside({ x, y }: { readonly x: number; readonly y: number }, width: number, height: number) {
  const low = y > 0.6 * height;
  const right = x + APART + WIDTH <= width - EDGE;
  const left = x - APART - WIDTH >= EDGE;
  const aside = right || left ? -12 : APART;
  return {
    left: right ? x + APART : left ? x - APART - WIDTH : Math.max(EDGE, Math.min(width - EDGE - WIDTH, x - WIDTH / 2)),
    ...(low ? { bottom: Math.max(EDGE, height - y + aside) } : { top: Math.max(EDGE, y + aside) }),
  };
}

/** What is known of the concept under the pointer: how often it was said, and where. */
export function HoverCard({ area }: { readonly area: React.RefObject<HTMLElement | null> }) {
  const hovered = useViewed((state) => state.hovered);
  const graph = useShownGraph();
  const [shown, setShown] = useState<typeof hovered>(null);
  const inside = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (hovered !== null || !inside.current) setShown(hovered);
    }, hovered === null ? STAYS_MS : COMES_MS);
    return () => clearTimeout(timer);
  }, [hovered]);
  const concept = shown === null ? undefined : graph.concepts.get(shown.id);
  if (shown === null || concept === undefined) return null;
  const width = area.current?.clientWidth ?? 0;
  const height = area.current?.clientHeight ?? 0;
  return (
    <div
      className="hover-card"
      data-testid="hover-card"
      style={{ width: WIDTH, ...beside(shown, width, height) }}
      onPointerEnter={() => (inside.current = true)}
      onPointerLeave={() => {
        inside.current = false;
        setShown(null);
      }}
    >
      <p className="hover-name">{concept.label}</p>
      <p className="small-print soft">
        said {concept.mentions.toLocaleString('en')} {concept.mentions === 1 ? 'time' : 'times'} · weight {concept.weight.toFixed(2)}
        {concept.cluster > 0 && ` · cluster ${concept.cluster}`}
        {concept.pinned && ' · pinned'}
      </p>
      {concept.sources.length > 0 && <Provenance sources={concept.sources} shown={2} />}
    </div>
  );
}
