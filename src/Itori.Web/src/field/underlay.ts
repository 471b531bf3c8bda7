import type { Cluster } from './hulls';
import type { Palette } from './palette';
import type { Point } from './seeding';

/** How far a cluster's outline keeps from its concepts, px. */
const MARGIN = 20;

/** The clusters behind the graph: a soft outline each, and the name of what is heaviest in it. */
export class Underlay {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d');

  constructor(private readonly container: HTMLElement) {
    this.canvas.className = 'field-overlay';
    this.canvas.setAttribute('aria-hidden', 'true');
    container.prepend(this.canvas);
  }

  get element(): HTMLCanvasElement {
    return this.canvas;
  }

  draw(clusters: readonly Cluster[], alarmed: ReadonlySet<number>, palette: Palette, locate: (point: Point) => Point): void {
    const { context, canvas, container } = this;
    // A browser may go on showing what it was before it was cleared, where nothing new is drawn.
    canvas.hidden = clusters.length === 0;
    if (context === null) return;
    const { clientWidth: width, clientHeight: height } = container;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = 'round';
    for (const cluster of clusters) {
      const outline = cluster.outline.map(locate);
      const first = outline[0];
      if (first === undefined) continue;
      const alarm = alarmed.has(cluster.id);
      context.beginPath();
      for (const { x, y } of outline) context.lineTo(x, y);
      context.closePath();
      // A wide round stroke in the fill's own colour is the margin and rounds the corners; the outline is what remains of a wider one below it.
      context.strokeStyle = alarm ? palette.alarm : palette.clusterLine;
      context.lineWidth = 2 * MARGIN + (alarm ? 4 : 2);
      context.setLineDash([]);
      context.stroke();
      context.strokeStyle = palette.clusterFill;
      context.fillStyle = palette.clusterFill;
      context.lineWidth = 2 * MARGIN;
      context.stroke();
      context.fill();
    }
  }

  destroy(): void {
    this.canvas.remove();
  }
}
