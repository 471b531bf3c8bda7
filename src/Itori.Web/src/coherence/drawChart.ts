import type { CoherenceForecast } from '@itori/client';
import type { Palette } from '../field/palette';
import type { History } from './history';

export const WINDOW_MS = 90_000;
/** A pause in the samples longer than this is drawn as a pause. */
const GAP_MS = 1_500;
const GUTTER = 26;
const EDGE = 6;
/** The part of the width that is for what is to come, where there is a forecast. */
const AHEAD = 0.3;

export interface ChartData {
  readonly order: History;
  readonly coherence: History;
  /** With the time on the page's clock at which it came. */
  readonly forecast: { readonly at: number; readonly value: CoherenceForecast } | null;
  /** When alerts began, on the page's clock. */
  readonly alerts: readonly number[];
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly font: string;
}

/** The order parameter (a line) and the coherence (a step line) until now, and the band in which the coherence is expected to stay. */
export function drawChart(context: CanvasRenderingContext2D, palette: Palette, data: ChartData): void {
  const { order, coherence, forecast, now, width, height } = data;
  const right = width - EDGE;
  const present = forecast === null ? right : right - AHEAD * (right - GUTTER);
  const x = (time: number) => present - ((now - time) / WINDOW_MS) * (present - GUTTER);
  const y = (value: number) => EDGE + (1 - Math.min(1, Math.max(0, value))) * (height - 2 * EDGE);
  context.clearRect(0, 0, width, height);
  drawLevels(context, palette, data.font, right, y);
  if (forecast !== null) drawForecast(context, palette, forecast, now, present, right, y);

  const since = now - WINDOW_MS;
  context.strokeStyle = palette.line;
  context.setLineDash([3, 3]);
  context.lineWidth = 1.4;
  context.beginPath();
  let level: number | null = null;
  coherence.forEachSince(since, (time, value) => {
    if (level === null) context.moveTo(x(time), y(value));
    else {
      context.lineTo(x(time), y(level));
      context.lineTo(x(time), y(value));
    }
    level = value;
  });
  if (level !== null) context.lineTo(x(now), y(level));
  context.stroke();
  context.setLineDash([]);

  context.strokeStyle = palette.accent;
  context.lineWidth = 1.8;
  context.lineJoin = 'round';
  context.beginPath();
  let former = -Infinity;
  let tip: { time: number; value: number } | null = null;
  order.forEachSince(since, (time, value) => {
    if (time - former > GAP_MS) context.moveTo(x(time), y(value));
    else context.lineTo(x(time), y(value));
    former = time;
    tip = { time, value };
  });
  context.stroke();
  const end = tip as { time: number; value: number } | null;
  if (end !== null) {
    context.fillStyle = palette.accent;
    context.beginPath();
    context.arc(x(end.time), y(end.value), 2.8, 0, 2 * Math.PI);
    context.fill();
  }
  for (const at of data.alerts) if (at >= since) drawAlert(context, palette, x(at), height);
}

function drawLevels(context: CanvasRenderingContext2D, palette: Palette, font: string, right: number, y: (value: number) => number): void {
  context.font = `10px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.lineWidth = 1;
  for (const level of [0, 0.5, 1]) {
    context.strokeStyle = palette.track;
    context.beginPath();
    context.moveTo(GUTTER, Math.round(y(level)) + 0.5);
    context.lineTo(right, Math.round(y(level)) + 0.5);
    context.stroke();
    context.fillStyle = palette.axis;
    context.fillText(String(level), GUTTER - 7, y(level));
  }
}

function drawForecast(
  context: CanvasRenderingContext2D,
  palette: Palette,
  { at, value }: { readonly at: number; readonly value: CoherenceForecast },
  now: number,
  present: number,
  right: number,
  y: (value: number) => number,
): void {
  const { current, forecast, lower, upper, lower80, upper80 } = value.metrics.coherence;
  const horizon = forecast.length * value.stepSeconds * 1_000;
  if (horizon === 0) return;
  // It was made at `at`; what of it has passed meanwhile is left of the present and not drawn again.
  const x = (step: number) => present + ((at + step * value.stepSeconds * 1_000 - now) / horizon) * (right - present);
  context.save();
  context.beginPath();
  context.rect(present, 0, right - present, 10_000);
  context.clip();
  const band = (low: readonly number[], high: readonly number[], strength: number) => {
    context.globalAlpha = strength;
    context.fillStyle = palette.line;
    context.beginPath();
    context.moveTo(x(0), y(current));
    for (const [step, bound] of high.entries()) context.lineTo(x(step + 1), y(bound));
    for (let step = low.length - 1; step >= 0; step--) context.lineTo(x(step + 1), y(low[step] ?? 0));
    context.closePath();
    context.fill();
  };
  band(lower, upper, 0.16);
  band(lower80, upper80, 0.22);
  context.globalAlpha = 1;
  context.strokeStyle = palette.line;
  context.lineWidth = 1.4;
  context.setLineDash([1.5, 3]);
  context.beginPath();
  context.moveTo(x(0), y(current));
  for (const [step, expected] of forecast.entries()) context.lineTo(x(step + 1), y(expected));
  context.stroke();
  context.restore();
  context.setLineDash([]);
  context.strokeStyle = palette.line;
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(present) + 0.5, y(1) - 3);
  context.lineTo(Math.round(present) + 0.5, y(0) + 3);
  context.stroke();
  context.globalAlpha = 1;
}

/** A triangle on the time axis: an alert is a shape, not only a colour. */
function drawAlert(context: CanvasRenderingContext2D, palette: Palette, x: number, height: number): void {
  context.fillStyle = palette.alarm;
  context.beginPath();
  context.moveTo(x, height - 12);
  context.lineTo(x + 5, height - 3);
  context.lineTo(x - 5, height - 3);
  context.closePath();
  context.fill();
}
