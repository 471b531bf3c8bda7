import type Sigma from 'sigma';
import type { Grip } from './grip';
import type { FieldEdge, FieldNode } from './layout';

/** A concept that is pulled less than this stays where it is. */
const DRAG_PX = 4;

export interface MouseWishes {
  readonly hover: (id: string | null) => void;
  /** `more`: with Shift, so that what is chosen already stays. */
  readonly choose: (id: string | null, more: boolean) => void;
  readonly fit: () => void;
}

/** A mouse points at concepts, chooses and drags them. Panning and the wheel are sigma's own. */
export function followMouse(sigma: Sigma<FieldNode, FieldEdge>, grip: Grip, wishes: MouseWishes): void {
  // A browser makes a click of every drag, at a place where the last picture may not show the concept yet: it would choose nothing.
  let dragged = false;
  const clicked = (id: string | null, more: boolean) => {
    if (!dragged) wishes.choose(id, more);
    dragged = false;
  };
  sigma.on('enterNode', ({ node }) => wishes.hover(node));
  sigma.on('leaveNode', () => wishes.hover(null));
  sigma.on('clickNode', ({ node, event }) => clicked(node, event.original.shiftKey));
  sigma.on('clickStage', () => clicked(null, false));
  sigma.on('doubleClickStage', (event) => {
    event.preventSigmaDefault();
    wishes.fit();
  });
  sigma.on('downStage', () => (dragged = false));
  sigma.on('downNode', ({ node, event }) => {
    dragged = false;
    grip.take(node, event);
    if (grip.id !== null) event.preventSigmaDefault();
  });
  sigma.on('moveBody', ({ event }) => {
    if (grip.id === null) return;
    grip.pull(event, DRAG_PX);
    event.preventSigmaDefault();
  });
  sigma.getMouseCaptor().on('mouseup', () => (dragged = grip.release()));
  sigma.on('leaveStage', () => grip.release());
}
