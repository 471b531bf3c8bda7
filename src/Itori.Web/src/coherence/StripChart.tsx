import { useEffect, useRef } from 'react';
import type { CoherenceForecast } from '@itori/client';
import { buildPalette } from '../field/palette';
import { useClient } from '../hooks/useItori';
import { useDark, useStill } from '../hooks/useMedia';
import { drawChart } from './drawChart';
import { History } from './history';

const EVERY_MS = 90;
const STILL_EVERY_MS = 1_000;
const MAX_ALERTS = 20;

/** The live field's order and coherence over the last minute and a half, and what is expected. Frames are drawn past React. */
export function StripChart() {
  const { phases, store } = useClient();
  const dark = useDark();
  const still = useStill();
  const canvas = useRef<HTMLCanvasElement>(null);
  const kept = useRef({
    order: new History(1_200),
    coherence: new History(60),
    forecast: null as { at: number; value: CoherenceForecast } | null,
    alerts: [] as number[],
    alarmed: new Set<number>(),
  });

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const palette = buildPalette(dark);
    const data = kept.current;
    let drawn = -Infinity;
    let spectral = store.get().spectral;
    if (spectral !== null && data.coherence.length === 0) data.coherence.push(performance.now(), spectral.coherence);

    const draw = () => {
      const now = performance.now();
      drawn = now;
      const { clientWidth: width, clientHeight: height } = element;
      const ratio = window.devicePixelRatio || 1;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawChart(context, palette, { ...data, now, width, height, font: getComputedStyle(element).fontFamily });
    };
    const look = () => {
      const state = store.get();
      const now = performance.now();
      let news = false;
      if (state.spectral !== null && state.spectral !== spectral) {
        spectral = state.spectral;
        data.coherence.push(now, spectral.coherence);
        news = true;
      }
      if (state.forecast !== (data.forecast?.value ?? null)) {
        data.forecast = state.forecast === null ? null : { at: now, value: state.forecast };
        news = true;
      }
      const alarmed = new Set(state.alerts.map((alert) => alert.cluster_id));
      for (const cluster of alarmed) if (!data.alarmed.has(cluster)) data.alerts = [...data.alerts, now].slice(-MAX_ALERTS);
      data.alarmed = alarmed;
      if (news) draw();
    };
    const unlisten = phases.listen((frame) => {
      const now = performance.now();
      data.order.push(now, frame.orderParameter);
      if (now - drawn >= (still ? STILL_EVERY_MS : EVERY_MS)) draw();
    });
    const unsubscribe = store.subscribe(look);
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    look();
    draw();
    return () => {
      unlisten();
      unsubscribe();
      observer.disconnect();
    };
  }, [phases, store, dark, still]);

  return <canvas className="strip" ref={canvas} role="img" aria-label="Order parameter and coherence over the last 90 seconds, and the coherence that is expected" />;
}
