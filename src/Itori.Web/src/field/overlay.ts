import { placeLabels, type LabelCandidate, type Obstacle } from './labels';
import { buildPalette, type Palette } from './palette';

/** Somebody else's pointer. */
export interface Ring {
  readonly concept: string;
  readonly color: string;
  readonly initials: string;
}

type Locate = (id: string) => { readonly x: number; readonly y: number; readonly radius: number } | null;

export interface WantedLabel {
  readonly id: string;
  readonly label: string;
  /** The node's middle and radius, px. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Labels and rings over the graph, on a canvas of its own: labels are kept apart and readable. */
export class Overlay {
  rings: readonly Ring[] = [];
  drifting: ReadonlySet<string> = new Set();
  palette: Palette = buildPalette(false);

  private readonly canvas = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D | null;
  private readonly font: string;
  private readonly widths = new Map<string, number>();
  private selected: ReadonlySet<string> = new Set();
  private focus: string | null = null;
  private near: ReadonlySet<string> = new Set();

  constructor(
    private readonly container: HTMLElement,
    private readonly priority: (id: string) => number,
  ) {
    this.canvas.className = 'field-overlay';
    this.canvas.setAttribute('aria-hidden', 'true');
    container.append(this.canvas);
    this.context = this.canvas.getContext('2d');
    this.font = getComputedStyle(container).fontFamily;
  }

  get element(): HTMLCanvasElement {
    return this.canvas;
  }

  setFocus(selected: ReadonlySet<string>, focus: string | null, near: ReadonlySet<string>): void {
    this.selected = selected;
    this.focus = focus;
    this.near = near;
  }

  draw(locate: Locate, wanted: readonly WantedLabel[], obstacles: readonly Obstacle[]): void {
    const { context } = this;
    // As the underlay: without a concept in view there is nothing to draw.
    this.canvas.hidden = wanted.length === 0;
    if (context === null) return;
    const { clientWidth: width, clientHeight: height } = this.container;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.drawRings(context, locate);
    this.drawLabels(context, wanted, obstacles, width, height);
  }

  destroy(): void {
    this.canvas.remove();
  }

  private drawRings(context: CanvasRenderingContext2D, locate: Locate): void {
    context.lineWidth = 1.2;
    context.strokeStyle = this.palette.ring;
    context.setLineDash([2.5, 3]);
    for (const id of this.drifting) {
      const place = locate(id);
      if (place === null) continue;
      context.globalAlpha = 0.55;
      circle(context, place.x, place.y, place.radius + 3.5);
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    for (const id of new Set([...this.selected, this.focus])) {
      const place = id === null ? null : locate(id);
      if (place === null) continue;
      context.lineWidth = id !== null && this.selected.has(id) ? 2 : 1.4;
      circle(context, place.x, place.y, place.radius + 2.5);
    }
    const stacked = new Map<string, number>();
    for (const ring of this.rings) {
      const place = locate(ring.concept);
      if (place === null) continue;
      const depth = stacked.get(ring.concept) ?? 0;
      stacked.set(ring.concept, depth + 1);
      const radius = place.radius + 5 + depth * 4;
      context.lineWidth = 2.2;
      context.strokeStyle = ring.color;
      circle(context, place.x, place.y, radius);
      if (ring.initials !== '') this.drawBadge(context, ring, place.x + (radius + 3) * Math.SQRT1_2, place.y - (radius + 3) * Math.SQRT1_2 - depth * 12);
    }
  }

  private drawBadge(context: CanvasRenderingContext2D, ring: Ring, x: number, y: number): void {
    context.font = `650 9px ${this.font}`;
    const width = Math.max(16, context.measureText(ring.initials).width + 8);
    context.fillStyle = ring.color;
    context.beginPath();
    context.roundRect(x - 2, y - 8, width, 15, 7.5);
    context.fill();
    context.fillStyle = '#ffffff';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(ring.initials, x - 2 + width / 2, y);
  }

  private drawLabels(context: CanvasRenderingContext2D, wanted: readonly WantedLabel[], obstacles: readonly Obstacle[], width: number, height: number): void {
    const candidates: LabelCandidate[] = [];
    const ringed = new Set([...this.selected, this.focus, ...this.drifting, ...this.rings.map((ring) => ring.concept)]);
    for (const { id, label, x, y, radius } of wanted) {
      const text = label.length > 34 ? `${label.slice(0, 32)}…` : label;
      candidates.push({ id, text, x, y, radius: radius + (ringed.has(id) ? 5 : 0), width: this.measure(context, text), height: 16, priority: this.priority(id) });
    }
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3.5;
    context.strokeStyle = this.palette.ground;
    for (const { candidate, x, y } of placeLabels(candidates, obstacles, width, height)) {
      const bright = this.focus === null || candidate.id === this.focus || this.near.has(candidate.id);
      context.font = this.fontOf(candidate.id);
      context.fillStyle = bright ? this.palette.label : this.palette.faintLabel;
      context.strokeText(candidate.text, x, y);
      context.fillText(candidate.text, x, y);
    }
  }

  private fontOf(id: string): string {
    return `${id === this.focus || this.selected.has(id) ? 650 : 500} 12px ${this.font}`;
  }

  private measure(context: CanvasRenderingContext2D, text: string): number {
    const known = this.widths.get(text);
    if (known !== undefined) return known;
    context.font = `600 12px ${this.font}`;
    const { width } = context.measureText(text);
    if (this.widths.size > 5_000) this.widths.clear();
    this.widths.set(text, width);
    return width;
  }
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
