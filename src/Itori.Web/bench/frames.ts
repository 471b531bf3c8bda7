import { PhaseTrack, type Concept, type GraphState } from '@itori/client';
import { FieldRenderer, type Depth } from '../src/field/renderer';
import { talk } from './talk';

const PICTURES = 60;
const REST_MS = 2_000;
const RUN_MS = 5_000;
const SMALL = { width: 250, height: 190 };
/** A layout that has not rested by then is measured as this long. */
const LAYOUT_LIMIT_MS = 60_000;

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
  const renderer = new FieldRenderer(container, phases, { select: () => undefined, hover: () => undefined, moved: () => undefined, alone: () => undefined, reached: () => undefined }, { dark: true, still: false });
  // As of the past: nothing is waited for before the page finds places itself.
  renderer.show(state, true);
  renderer.draw('relations');
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
  const timed = (what: Depth, pictures: number) => {
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
  timed('relations', 2);
  const everything = timed('relations', 10);
  const looks = timed('looks', 10);
  const places = timed('places', 20);
  const view = timed('view', 20);
  const only = timed('phases', PICTURES);
  // As it runs: a frame ten times a second, a picture whenever the browser wants one; what was asked for before is drawn first.
  const feed = setInterval(turn, 100);
  const turning = await watch(renderer);
  // An arrangement in motion: the server tells another place of every concept four times a second, and all glide there.
  const told: number[] = [];
  let now = state;
  const arrange = setInterval(() => {
    now = elsewhere(now, told.length);
    const before = performance.now();
    renderer.show(now, false);
    told.push(performance.now() - before);
  }, 250);
  const moving = await watch(renderer);
  // The same in a picture so small that drawing it costs little even without a graphics card: what is left is our code, and what the browser does for each picture.
  container.style.inset = 'auto';
  container.style.width = `${SMALL.width}px`;
  container.style.height = `${SMALL.height}px`;
  const small = await watch(renderer);
  clearInterval(arrange);
  clearInterval(feed);
  renderer.destroy();
  return { first, layout, everything, looks, places, view, phases: only, turning, moving, small, told: percentile(told, 0.5) };
}

/** The same graph, each concept a little aside of where it was: another way each time. */
function elsewhere(state: GraphState, time: number): GraphState {
  const concepts = new Map<string, Concept>();
  for (const [id, concept] of state.concepts) {
    const angle = concept.slot * 2.4 + time;
    const [x, y] = [concept.x ?? 20 * Math.sqrt(concept.slot) * Math.cos(concept.slot * 2.4), concept.y ?? 20 * Math.sqrt(concept.slot) * Math.sin(concept.slot * 2.4)];
    concepts.set(id, { ...concept, x: x + 8 * Math.cos(angle), y: y + 8 * Math.sin(angle), arranged: true });
  }
  return { ...state, seq: state.seq + 1, concepts };
}

/** How the field runs by itself: how many pictures it draws, and what of each is its own code. */
async function watch(renderer: FieldRenderer) {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const shares: number[] = [];
  const times: number[] = [];
  renderer.onPicture = (scriptMs) => {
    shares.push(scriptMs);
    times.push(performance.now());
  };
  await new Promise((resolve) => setTimeout(resolve, RUN_MS));
  renderer.onPicture = () => undefined;
  const between = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return { rate: (1_000 * shares.length) / RUN_MS, between: percentile(between, 0.5), late: percentile(between, 0.95), half: percentile(shares, 0.5), most: percentile(shares, 0.99) };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

Object.assign(globalThis, { measure });
