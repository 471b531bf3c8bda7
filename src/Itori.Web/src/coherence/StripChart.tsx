import { useEffect, useRef } from 'react';
import { useClient } from '../hooks/useItori';
import { useDark } from '../hooks/useMedia';
import { buildPalette } from '../field/palette';
import { History } from './history';

const WINDOW_MS = 90_000;
/** A pause in the samples longer than this is drawn as a pause. */
const GAP_MS = 1_500;

/** The order parameter as frames bring it (a line) and the coherence as the spectra do (a step line), over the last minute and a half. */
export function StripChart() {
  const { phases, store } = useClient();
  const dark = useDark();
  const canvas = useRef<HTMLCanvasElement>(null);
  const samples = useRef({ order: new History(1_200), coherence: new History(60) });

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const palette = buildPalette(dark);
    const { order, coherence } = samples.current;
    let latest = store.get().spectral;
    if (latest !== null && coherence.length === 0) coherence.push(performance.now(), latest.coherence);

    const draw = () => {
      const now = performance.now();
      const { clientWidth: width, clientHeight: height } = element;
      const ratio = window.devicePixelRatio || 1;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const gutter = 26;
      const x = (time: number) => width - 6 - ((now - time) / WINDOW_MS) * (width - 6 - gutter);
      const y = (value: number) => 6 + (1 - value) * (height - 12);

      context.font = `10px ${getComputedStyle(element).fontFamily}`;
      context.textBaseline = 'middle';
      context.textAlign = 'right';
      context.lineWidth = 1;
      for (const level of [0, 0.5, 1]) {
        context.strokeStyle = palette.track;
        context.beginPath();
        context.moveTo(gutter, Math.round(y(level)) + 0.5);
        context.lineTo(width - 6, Math.round(y(level)) + 0.5);
        context.stroke();
        context.fillStyle = palette.faintLabel;
        context.fillText(String(level), gutter - 7, y(level));
      }

      const since = now - WINDOW_MS;
      context.strokeStyle = palette.line;
      context.setLineDash([3, 3]);
      context.lineWidth = 1.2;
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
    };

    const unlisten = phases.listen((frame) => {
      order.push(performance.now(), frame.orderParameter);
      draw();
    });
    const unsubscribe = store.subscribe(() => {
      const { spectral } = store.get();
      if (spectral === null || spectral === latest) return;
      latest = spectral;
      coherence.push(performance.now(), spectral.coherence);
      draw();
    });
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    draw();
    return () => {
      unlisten();
      unsubscribe();
      observer.disconnect();
    };
  }, [phases, store, dark]);

  return <canvas className="strip" ref={canvas} role="img" aria-label="Order parameter and coherence over the last 90 seconds" />;
}
