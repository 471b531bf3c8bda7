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
  sigma.on('enterNode', ({ node }) => wishes.hover(node));
  sigma.on('leaveNode', () => wishes.hover(null));
  sigma.on('clickNode', ({ node, event }) => wishes.choose(node, event.original.shiftKey));
  sigma.on('clickStage', () => wishes.choose(null, false));
  sigma.on('doubleClickStage', (event) => {
    event.preventSigmaDefault();
    wishes.fit();
  });
  sigma.on('downNode', ({ node, event }) => {
    grip.take(node, event);
    if (grip.id !== null) event.preventSigmaDefault();
  });
  sigma.on('moveBody', ({ event }) => {
    if (grip.id === null) return;
    grip.pull(event, DRAG_PX);
    event.preventSigmaDefault();
  });
  sigma.getMouseCaptor().on('mouseup', () => grip.release());
  sigma.on('leaveStage', () => grip.release());
}
