import { useEffect, useRef, useState } from 'react';
import { useShownGraph, useViewed } from '../view/view';
import { Provenance } from './Provenance';

/** The way from the concept to the card takes a hand this long, ms. */
const STAYS_MS = 260;
/** Somebody who only crosses the field wants no card, ms. */
const COMES_MS = 180;
const WIDTH = 260;

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
  const left = shown.x + 18 + WIDTH < width ? shown.x + 18 : Math.max(8, shown.x - 18 - WIDTH);
  const low = shown.y > 0.6 * height;
  return (
    <div
      className="hover-card"
      data-testid="hover-card"
      style={{ left, width: WIDTH, ...(low ? { bottom: Math.max(8, height - shown.y - 12) } : { top: Math.max(8, shown.y - 12) }) }}
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
