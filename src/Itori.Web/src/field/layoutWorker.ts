import { Layout, type Plan } from './layout';

export interface LayoutOrder extends Plan {
  readonly number: number;
}

export interface LayoutReport {
  readonly number: number;
  readonly places: Float32Array<ArrayBuffer>;
  readonly done: boolean;
}

/** A first picture is worth this long a wait, ms. */
const FIRST_MS = 120;

const layout = new Layout();
let current = 0;

self.addEventListener('message', ({ data: order }: MessageEvent<LayoutOrder>) => {
  current = order.number;
  layout.restart(order);
  run(order.number, order.ids.length, FIRST_MS);
});

function run(number: number, order: number, budgetMs: number): void {
  if (number !== current) return;
  layout.step(budgetMs);
  const places = layout.places();
  const report: LayoutReport = { number, places, done: !layout.active };
  self.postMessage(report, { transfer: [places.buffer] });
  // Reports of many concepts are dear to draw, so there are fewer. The pause lets another order in.
  if (layout.active) setTimeout(() => run(number, order, order > 5_000 ? 1_200 : order > 1_000 ? 250 : 28), 0);
}
