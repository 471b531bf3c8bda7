import type { CoherenceForecast } from '@itori/client';
import { describe, expect, it } from 'vitest';
import { drawChart, WINDOW_MS, type ChartData } from '../src/coherence/drawChart';
import { History } from '../src/coherence/history';
import { buildPalette } from '../src/field/palette';

const palette = buildPalette(false);
const NOW = 200_000;

interface Filled {
  readonly color: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Takes the place of a picture: keeps the shapes that are filled and the lines that are drawn. */
function paper() {
  const fills: Filled[] = [];
  const strokes: Filled[] = [];
  let points: [number, number][] = [];
  const style = { fillStyle: '', strokeStyle: '' };
  const known: Readonly<Record<string, (...values: number[]) => void>> = {
    beginPath: () => {
      points = [];
    },
    moveTo: (x = 0, y = 0) => points.push([x, y]),
    lineTo: (x = 0, y = 0) => points.push([x, y]),
    fill: () => fills.push({ color: style.fillStyle, points }),
    stroke: () => strokes.push({ color: style.strokeStyle, points }),
  };
  const context = new Proxy(style, { get: (target, name) => known[String(name)] ?? Reflect.get(target, name) ?? (() => undefined) });
  return { context: context as unknown as CanvasRenderingContext2D, fills, strokes };
}

function data(more: Partial<ChartData> = {}): ChartData {
  return { order: new History(10), coherence: new History(10), forecast: null, alerts: [], now: NOW, width: 600, height: 64, font: 'sans', ...more };
}

const value: CoherenceForecast = {
  timestamp: 1,
  stepSeconds: 5,
  metrics: { coherence: { current: 0.8, forecast: [0.7, 0.6], lower: [0.5, 0.3], upper: [0.9, 0.9], lower80: [0.6, 0.45], upper80: [0.8, 0.75], trend: 'falling' } },
  assessment: { status: 'stable', message: '' },
};
const middle = (points: Filled['points'], axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;

describe('the chart', () => {
  it('shows the expected coherence as two bands ahead of now, one within the other', () => {
    const { context, fills, strokes } = paper();
    drawChart(context, palette, data({ forecast: { at: NOW, value } }));
    const bands = fills.filter(({ color }) => color === palette.line);
    expect(bands).toHaveLength(2);
    const height = ({ points }: Filled) => Math.max(...points.map(([, y]) => y)) - Math.min(...points.map(([, y]) => y));
    expect(height(bands[0] as Filled)).toBeGreaterThan(height(bands[1] as Filled));
    const xs = (bands[0] as Filled).points.map(([x]) => x);
    const present = Math.min(...xs);
    expect(Math.max(...xs)).toBeCloseTo(600 - 6);
    expect(present).toBeGreaterThan(300);
    // The line of what is expected begins at the present and falls.
    const line = strokes.find(({ points }) => points.length === 3 && points[0]?.[0] === present);
    expect(line?.points.map(([, y]) => y)).toEqual([...(line?.points ?? [])].map(([, y]) => y).sort((a, b) => a - b));
  });

  it('lets a forecast pass: what was expected moves left as time goes', () => {
    const bandOf = (at: number) => {
      const { context, fills } = paper();
      drawChart(context, palette, data({ forecast: { at, value } }));
      return (fills.find(({ color }) => color === palette.line) as Filled).points;
    };
    expect(middle(bandOf(NOW - 4_000), 0)).toBeLessThan(middle(bandOf(NOW), 0) - 10);
  });

  it('uses the whole width for what was where nothing is expected, and draws a pause as a pause', () => {
    const order = new History(10);
    for (const [time, level] of [[NOW - 6_000, 0.2], [NOW - 5_500, 0.3], [NOW - 1_000, 0.4], [NOW, 0.5]] as const) order.push(time, level);
    const { context, fills, strokes } = paper();
    drawChart(context, palette, data({ order }));
    expect(fills.some(({ color }) => color === palette.line)).toBe(false);
    const line = strokes.find(({ color }) => color === palette.accent);
    expect(line?.points.at(-1)?.[0]).toBeCloseTo(600 - 6);
    expect(line?.points.map(([, y]) => y)).toEqual([...(line?.points ?? [])].map(([, y]) => y).sort((a, b) => b - a));
  });

  it('marks when an alert began with a triangle, as long as that is in the picture', () => {
    const { context, fills } = paper();
    drawChart(context, palette, data({ alerts: [NOW - WINDOW_MS - 1, NOW - WINDOW_MS / 2] }));
    const marks = fills.filter(({ color }) => color === palette.alarm);
    expect(marks).toHaveLength(1);
    expect(marks[0]?.points).toHaveLength(3);
    expect(middle(marks[0]?.points ?? [], 0)).toBeCloseTo(26 + (600 - 6 - 26) / 2);
  });
});
