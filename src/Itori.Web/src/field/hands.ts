import type { Point } from './seeding';

/** Somebody else's hand over the field, in layout units. */
export interface HandMark extends Point {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** Others' hands: elements over the picture, so that one that moves has nothing drawn anew. */
export class Hands {
  private readonly layer = document.createElement('div');
  private readonly shown = new Map<string, { readonly element: HTMLElement; place: Point }>();

  constructor(
    container: HTMLElement,
    private readonly toPicture: (place: Point) => Point,
  ) {
    this.layer.className = 'field-hands';
    this.layer.setAttribute('aria-hidden', 'true');
    container.append(this.layer);
  }

  /** Those that were there glide to where they are now. */
  show(hands: readonly HandMark[]): void {
    const gone = new Set(this.shown.keys());
    for (const { id, name, color, x, y } of hands) {
      gone.delete(id);
      const known = this.shown.get(id);
      const hand = known ?? { element: this.enter(name), place: { x, y } };
      this.shown.set(id, hand);
      hand.place = { x, y };
      hand.element.style.setProperty('--person', color);
      hand.element.style.transition = known === undefined ? 'none' : '';
      hand.element.style.transform = this.transform(hand.place);
    }
    for (const id of gone) {
      this.shown.get(id)?.element.remove();
      this.shown.delete(id);
    }
  }

  /** The view was moved: they go with it, at once. */
  follow(): void {
    for (const { element, place } of this.shown.values()) {
      const now = this.transform(place);
      if (element.style.transform === now) continue;
      element.style.transition = 'none';
      element.style.transform = now;
    }
  }

  destroy(): void {
    this.layer.remove();
  }

  private transform(place: Point): string {
    const { x, y } = this.toPicture(place);
    return `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  }

  private enter(name: string): HTMLElement {
    const element = document.createElement('div');
    element.className = 'hand';
    element.dataset['testid'] = 'hand';
    const words = document.createElement('span');
    words.textContent = name;
    element.append(words);
    this.layer.append(element);
    return element;
  }
}
