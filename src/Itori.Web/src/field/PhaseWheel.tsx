import { useEffect, useRef } from 'react';
import { useDark, useStill } from '../hooks/useMedia';
import { Pace } from './pace';
import { useShownGraph, useShownPhases } from '../view/view';
import { buildPalette, hue } from './palette';

const SIZE = 92;
const RADIUS = 34;
/** More dots than this on so small a circle would be a smear. */
const MAX_DOTS = 300;
/** With little motion wanted, the dots move this rarely, ms. */
const STILL_EVERY_MS = 500;

/** The legend of hues, and the classic picture of phases: each concept a dot on the circle, their mean the needle, its length the order parameter. */
export function PhaseWheel() {
  const phases = useShownPhases();
  const { concepts } = useShownGraph();
  const dark = useDark();
  const still = useStill();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const palette = buildPalette(dark);
    const ratio = window.devicePixelRatio || 1;
    context.canvas.width = SIZE * ratio;
    context.canvas.height = SIZE * ratio;

    const draw = () => {
      const now = performance.now();
      context.setTransform(ratio, 0, 0, ratio, (SIZE / 2) * ratio, (SIZE / 2) * ratio);
      context.clearRect(-SIZE / 2, -SIZE / 2, SIZE, SIZE);
      context.lineWidth = 3;
      const arcs = 72;
      for (let step = 0; step < arcs; step++) {
        const from = (step / arcs) * 2 * Math.PI;
        context.strokeStyle = hue(palette.vivid, from);
        context.globalAlpha = 0.35;
        context.beginPath();
        context.arc(0, 0, RADIUS + 6, -from, -from - (2 * Math.PI) / arcs - 0.01, true);
        context.stroke();
      }
      context.globalAlpha = 1;
      let drawn = 0;
      for (const concept of concepts.values()) {
        const phase = (still ? phases.latest(concept.slot) : phases.at(concept.slot, now)) ?? concept.phase;
        context.fillStyle = hue(palette.vivid, phase);
        context.beginPath();
        context.arc(RADIUS * Math.cos(phase), -RADIUS * Math.sin(phase), 1.6 + 1.6 * concept.weight, 0, 2 * Math.PI);
        context.fill();
        drawn += 1;
        if (drawn >= MAX_DOTS) break;
      }
      if (!phases.running || drawn === 0) return;
      const length = RADIUS * phases.orderParameter;
      context.strokeStyle = palette.label;
      context.lineWidth = 1.8;
      context.lineCap = 'round';
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(length * Math.cos(phases.meanPhase), -length * Math.sin(phases.meanPhase));
      context.stroke();
      context.fillStyle = palette.label;
      context.beginPath();
      context.arc(0, 0, 2, 0, 2 * Math.PI);
      context.fill();
    };

    let until = 0;
    const pace = new Pace(() => {
      draw();
      if (!still && performance.now() < until) pace.wake();
    });
    const wake = () => {
      until = performance.now() + 300;
      pace.wake();
    };
    let drawn = -Infinity;
    const unlisten = phases.listen(() => {
      const now = performance.now();
      if (still && now - drawn < STILL_EVERY_MS) return;
      drawn = now;
      wake();
    });
    wake();
    return () => {
      pace.stop();
      unlisten();
    };
  }, [phases, concepts, dark, still]);

  return (
    <figure className="wheel" title="Hue is phase. Each concept is a dot; the needle is their mean, its length how much they agree.">
      <canvas ref={canvas} style={{ width: SIZE, height: SIZE }} aria-hidden="true" />
      <figcaption>phase</figcaption>
    </figure>
  );
}
