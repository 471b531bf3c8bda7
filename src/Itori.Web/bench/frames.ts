import { PhaseTrack, type Concept, type GraphState, type Relation } from '@itori/client';
import { FieldRenderer } from '../src/field/renderer';

const PICTURES = 60;
const REST_MS = 2_000;
const RUN_MS = 3_000;
/** A layout that has not rested by then is measured as this long. */
const LAYOUT_LIMIT_MS = 60_000;

/** A graph as talk makes them: few concepts are in many relations, most in few; clusters of about forty. The same for the same numbers. */
function talk(concepts: number, relations: number): GraphState {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const nodes = new Map<string, Concept>();
  for (let slot = 0; slot < concepts; slot++) {
    const weight = 1 / (1 + slot / 30);
    nodes.set(`c${slot}`, {
      id: `c${slot}`,
      label: `concept ${slot}`,
      slot,
      weight,
      phase: random() * 6.28,
      pinned: false,
      cluster: 1 + (slot % Math.max(1, Math.round(concepts / 40))),
      mentions: 1,
      createdAt: 1,
      lastSeen: 1,
      sources: [],
    });
  }
  const clusters = Math.max(1, Math.round(concepts / 40));
  const edges = new Map<string, Relation>();
  while (edges.size < relations) {
    const source = Math.floor(random() * concepts);
    const near = random() < 0.85 ? (source + clusters * (1 + Math.floor(random() * 39))) % concepts : Math.floor(random() ** 2 * concepts);
    const id = `${source}-${near}`;
    if (source !== near) edges.set(id, { id, source: `c${source}`, target: `c${near}`, weight: random(), kind: 'co_occurs' });
  }
  return { seq: 1, epoch: 1, known: true, concepts: nodes, relations: edges };
}

const picture = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Has the processor wait for the graphics: what was asked for is drawn when a pixel of it can be read. */
function finish(container: HTMLElement): void {
  for (const canvas of container.querySelectorAll('canvas')) {
    const gl = canvas.getContext('webgl2');
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }
}

async function measure(concepts: number, relations: number) {
  const container = document.querySelector<HTMLElement>('#field');
  if (container === null) throw new Error('no field');
  const state = talk(concepts, relations);
  const phases = new PhaseTrack();
  phases.enter(1);
  const begun = performance.now();
  const renderer = new FieldRenderer(container, phases, { select: () => undefined, hover: () => undefined, moved: () => undefined, alone: () => undefined }, { dark: true, still: false });
  // As of the past: nothing is waited for before the page finds places itself.
  renderer.show(state, true);
  renderer.draw('everything');
  finish(container);
  const first = performance.now() - begun;
  while (renderer.arranging && performance.now() - begun < LAYOUT_LIMIT_MS) await picture();
  const layout = performance.now() - begun;

  let frame = 0;
  const turn = () => {
    frame += 1;
    const now = Float64Array.from({ length: concepts }, (_, slot) => (slot + frame / 10) % 6.28);
    phases.push({ type: 'phase_frame', topic: 'field:bench', epoch: 1, frame, orderParameter: 0.5, meanPhase: 0, phases: now }, performance.now());
  };
  const timed = (what: 'everything' | 'places' | 'view' | 'phases', pictures: number) => {
    let script = 0;
    const start = performance.now();
    for (let count = 0; count < pictures; count++) {
      turn();
      if (what === 'view') renderer.viewpoint.carry({ x: 0, y: 0 }, { x: count % 2 === 0 ? 3 : -3, y: 0 });
      const before = performance.now();
      renderer.draw(what);
      script += performance.now() - before;
      finish(container);
    }
    return { each: (performance.now() - start) / pictures, script: script / pictures };
  };
  timed('everything', 2);
  const everything = timed('everything', 10);
  const places = timed('places', 10);
  const view = timed('view', 20);
  const only = timed('phases', PICTURES);
  // As it runs: a frame ten times a second, a picture whenever the browser wants one; what was asked for before is drawn first.
  const feed = setInterval(turn, 100);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const shares: number[] = [];
  renderer.onPicture = (scriptMs) => shares.push(scriptMs);
  await new Promise((resolve) => setTimeout(resolve, RUN_MS));
  clearInterval(feed);
  renderer.destroy();
  shares.sort((a, b) => a - b);
  const share = { mean: shares.reduce((sum, one) => sum + one, 0) / shares.length, most: shares[Math.floor(0.99 * shares.length)] ?? NaN };
  return { first, layout, everything, places, view, phases: only, rate: (1_000 * shares.length) / RUN_MS, share };
}

Object.assign(globalThis, { measure });
