// @vitest-environment happy-dom
import Graph from 'graphology';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FieldGraph } from '../src/field/arranger';
import { Camera, WHOLE } from '../src/field/camera';
import { Edges, FIELDS, SOURCE, STRENGTH, TARGET } from '../src/field/edges';
import { chooseLabels } from '../src/field/labelChoice';
import type { FieldEdge, FieldNode } from '../src/field/layout';
import { Grip } from '../src/field/grip';
import { Hands } from '../src/field/hands';
import { Mouse } from '../src/field/mouse';
import { Nudge } from '../src/field/nudge';
import { Projection } from '../src/field/projection';
import { buildPalette } from '../src/field/palette';
import { Rows } from '../src/field/rows';
import { Underlay } from '../src/field/underlay';
import { Viewpoint } from '../src/field/viewpoint';

const node = (x: number, y: number, weight = 0.5): FieldNode => ({ x, y, size: 8, label: 'label', slot: 0, phase: 0, weight, cluster: 0, home: null, fixed: false, pinned: false });

function rowsOf(nodes: Readonly<Record<string, FieldNode>>): { readonly rows: Rows; readonly graph: FieldGraph } {
  const graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  for (const [id, attributes] of Object.entries(nodes)) graph.addNode(id, attributes);
  const rows = new Rows();
  rows.read(graph);
  rows.readLooks(() => ({ radius: 10, faded: false }));
  return { rows, graph };
}

describe('Projection', () => {
  const frame = { x: [-100, 100], y: [-50, 50] } as const;
  const size = { width: 1_000, height: 800 };

  it('shows the whole frame within its margin, upright and in the middle', () => {
    const projection = Projection.of(frame, WHOLE, size, 50);
    expect(projection.toPicture({ x: 0, y: 0 })).toEqual({ x: 500, y: 400 });
    expect(projection.toPicture({ x: -100, y: 50 })).toEqual({ x: 70, y: 185 });
  });

  it('says of a place in the picture where it is in the layout', () => {
    const projection = Projection.of(frame, { x: 0.3, y: 0.8, ratio: 0.4 }, size, 50);
    const back = projection.toLayout(projection.toPicture({ x: 12, y: -7 }));
    expect(back.x).toBeCloseTo(12);
    expect(back.y).toBeCloseTo(-7);
  });

  it('draws discs larger in a near view, but less so than distances', () => {
    const far = Projection.of(frame, WHOLE, size, 50);
    const near = Projection.of(frame, { ...WHOLE, ratio: 0.25 }, size, 50);
    expect(near.scale / far.scale).toBeCloseTo(4);
    expect(near.magnification / far.magnification).toBeCloseTo(2);
  });

  it('shows something where there is no room and nothing to show', () => {
    const projection = Projection.of({ x: [3, 3], y: [3, 3] }, WHOLE, { width: 0, height: 0 }, 50);
    expect(Number.isFinite(projection.toPicture({ x: 3, y: 3 }).x)).toBe(true);
    expect(projection.scale).toBeGreaterThan(0);
  });
});

describe('Camera', () => {
  it('goes to where it is told, slower towards the end, and is then there', () => {
    const camera = new Camera(() => undefined);
    camera.go({ x: 1.5, y: 0.5, ratio: 1 }, 100, 0);
    expect(camera.follow(50)).toBe(true);
    expect(camera.stance.x).toBeCloseTo(1.25);
    expect(camera.destination.x).toBe(1.5);
    expect(camera.follow(100)).toBe(true);
    expect(camera.stance.x).toBe(1.5);
    expect(camera.follow(116)).toBe(false);
  });

  it('is there at once where nothing is to move', () => {
    const camera = new Camera(() => undefined);
    camera.go({ x: 0, y: 0, ratio: 2 }, 0);
    expect(camera.stance.ratio).toBe(2);
  });

  it('leaves its way when a hand takes hold of the picture', () => {
    const camera = new Camera(() => undefined);
    camera.go({ x: 5, y: 5, ratio: 1 }, 100, 0);
    camera.set(WHOLE);
    expect([camera.follow(50), camera.stance]).toEqual([false, WHOLE]);
  });
});

describe('Viewpoint', () => {
  const build = () => {
    const { rows } = rowsOf({ a: node(0, 0), b: node(80, 30) });
    const viewpoint = new Viewpoint(rows, () => true, () => undefined);
    viewpoint.setFrame({ x: [-100, 100], y: [-50, 50] });
    viewpoint.setSize({ width: 1_000, height: 800 }, 50);
    return { rows, viewpoint };
  };

  it('keeps what the wheel points at where it is', () => {
    const { viewpoint } = build();
    const before = viewpoint.placeOf('b');
    viewpoint.zoomAt(before ?? { x: 0, y: 0 }, 0.5);
    expect(viewpoint.ratio).toBe(0.5);
    expect(viewpoint.placeOf('b')?.x).toBeCloseTo(before?.x ?? NaN);
    expect(viewpoint.placeOf('b')?.y).toBeCloseTo(before?.y ?? NaN);
  });

  it('carries the picture with the hand, also where several moves come between two pictures', () => {
    const { viewpoint } = build();
    const before = viewpoint.placeOf('a') ?? { x: NaN, y: NaN };
    viewpoint.carry({ x: 10, y: 10 }, { x: 25, y: 40 });
    viewpoint.carry({ x: 25, y: 40 }, { x: 30, y: 60 });
    expect(viewpoint.placeOf('a')?.x).toBeCloseTo(before.x + 20);
    expect(viewpoint.placeOf('a')?.y).toBeCloseTo(before.y + 50);
  });

  it('follows the frame, and zooms no further than its bounds', () => {
    const { viewpoint } = build();
    viewpoint.setFrame({ x: [0, 200], y: [0, 100] });
    expect(viewpoint.placeOf('a')?.x).toBeCloseTo(70);
    for (let times = 0; times < 20; times++) viewpoint.zoom(0.5);
    expect(viewpoint.ratio).toBe(0.04);
  });

  it('finds the concept under a pointer, or near a finger, and none that is hidden', () => {
    const { rows, viewpoint } = build();
    const { x, y } = viewpoint.placeOf('a') ?? { x: NaN, y: NaN };
    expect(viewpoint.nearest({ x: x + 9, y }, 0)).toBe('a');
    expect(viewpoint.nearest({ x: x + 12, y }, 0)).toBeNull();
    expect(viewpoint.nearest({ x: x + 12, y }, 16)).toBe('a');
    rows.readLooks((id) => ({ radius: id === 'a' ? 0 : 10, faded: false }));
    expect([viewpoint.nearest({ x, y }, 16), viewpoint.placeOf('a'), viewpoint.placeOf('nobody')]).toEqual([null, null, null]);
  });

  it('finds the uppermost of concepts that lie over each other', () => {
    const { rows } = rowsOf({ large: node(0, 0), small: node(1, 0), other: node(0.5, 0) });
    const viewpoint = new Viewpoint(rows, () => true, () => undefined);
    viewpoint.setFrame({ x: [-100, 100], y: [-50, 50] });
    viewpoint.setSize({ width: 1_000, height: 800 }, 50);
    const at = { x: 504, y: 400 };
    rows.readLooks((id) => ({ radius: id === 'large' ? 30 : 6, faded: id === 'other' }));
    expect(viewpoint.nearest(at, 0)).toBe('small');
    rows.readLooks((id) => ({ radius: id === 'large' ? 30 : 6, faded: id !== 'large' }));
    expect(viewpoint.nearest(at, 0)).toBe('large');
  });

  it('brings a concept into view that is not, and leaves the view where it is', () => {
    const { viewpoint } = build();
    const before = viewpoint.projection;
    viewpoint.reveal('a');
    expect(viewpoint.projection).toBe(before);
    viewpoint.carry({ x: 0, y: 0 }, { x: 900, y: 0 });
    viewpoint.reveal('b', 200);
    expect(viewpoint.placeOf('b')?.x).toBeCloseTo(500);
    expect(viewpoint.placeOf('b')?.y).toBeCloseTo(300);
  });
});

describe('Edges', () => {
  it('come from weak to strong, without those of which an end is hidden', () => {
    const { rows } = rowsOf({ a: node(0, 0), b: node(1, 0), c: node(2, 0), gone: node(3, 0) });
    rows.readLooks((id) => ({ radius: id === 'gone' ? 0 : 10, faded: false }));
    const edges = new Edges();
    edges.begin();
    edges.add(rows, 'a', 'b', 0.9);
    edges.add(rows, 'b', 'gone', 1);
    edges.add(rows, 'b', 'nobody', 1);
    edges.add(rows, 'c', 'b', 0);
    edges.add(rows, 'a', 'c', 0.3);
    edges.end();
    const drawn = Array.from({ length: edges.count }, (_, at) => [edges.numbers[at * FIELDS + SOURCE], edges.numbers[at * FIELDS + TARGET]].map((row) => rows.ids[row ?? -1]).join(' '));
    expect(drawn).toEqual(['c b', 'a c', 'a b']);
    expect(edges.numbers[STRENGTH]).toBe(0.25);
  });

  it('are gone when they are begun anew', () => {
    const { rows } = rowsOf({ a: node(0, 0), b: node(1, 0) });
    const edges = new Edges();
    edges.begin();
    edges.add(rows, 'a', 'b', 1);
    edges.end();
    const { numbers } = edges;
    edges.begin();
    edges.end();
    expect([edges.count, edges.numbers !== numbers]).toEqual([0, true]);
  });
});

describe('chooseLabels', () => {
  const heaviest = (ratio: number, x = 0.5) => {
    const { rows } = rowsOf({ light: node(0, 0, 0.1), heavy: node(1, 1, 0.9), middling: node(1, 0, 0.5), far: node(60, 60, 0.2) });
    const projection = Projection.of({ x: [-100, 100], y: [-100, 100] }, { x, y: 0.5, ratio }, { width: 1_000, height: 1_000 }, 0);
    return chooseLabels(rows, projection, ratio, { width: 1_000, height: 1_000 }).map((row) => rows.ids[row]);
  };

  it('names the heaviest of a neighbourhood, and all in a near view', () => {
    expect(heaviest(1)).toEqual(['heavy', 'middling', 'far']);
    expect(heaviest(0.5)).toEqual(['heavy', 'middling', 'light']);
  });

  it('names nothing that is far out of the picture', () => {
    expect(heaviest(0.5, 0.9)).toEqual([]);
  });
});

describe('Mouse', () => {
  const build = (under: string | null) => {
    const { rows, graph } = rowsOf({ a: node(0, 0), b: node(80, 30) });
    const viewpoint = new Viewpoint(rows, () => true, () => undefined);
    viewpoint.setFrame({ x: [-100, 100], y: [-50, 50] });
    viewpoint.setSize({ width: 1_000, height: 800 }, 50);
    const surface = document.createElement('div');
    surface.setPointerCapture = () => undefined;
    const told: string[] = [];
    const reached: unknown[] = [];
    const grip = new Grip(graph, (at) => viewpoint.projection.toLayout(at), { lifted: () => undefined, moved: () => undefined, dropped: (id) => told.push(`dropped ${id}`) });
    const mouse = new Mouse(surface, grip, viewpoint, {
      at: () => under,
      hover: (id) => told.push(`over ${id}`),
      move: (at) => reached.push(at),
      choose: (id, more) => told.push(`chose ${id}${more ? ' too' : ''}`),
      fit: () => told.push('fit'),
    });
    const point = (type: string, x: number, y: number, more: PointerEventInit = {}) => surface.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, pointerType: 'mouse', button: 0, ...more }));
    return { graph, grip, mouse, point, reached, surface, told, viewpoint };
  };

  it('points at what it is over, and chooses what it is pressed on', () => {
    const { point, told } = build('a');
    point('pointermove', 5, 5);
    point('pointerdown', 5, 5);
    point('pointerup', 6, 5);
    point('pointerdown', 5, 5);
    point('pointerup', 5, 5, { shiftKey: true });
    expect(told).toEqual(['over a', 'chose a', 'chose a too']);
  });

  it('drags a concept, which a hand that trembles does not', () => {
    const { graph, point, told } = build('a');
    point('pointerdown', 500, 400);
    point('pointermove', 502, 401);
    expect(graph.getNodeAttribute('a', 'x')).toBe(0);
    point('pointermove', 543, 400);
    point('pointerup', 543, 400);
    expect(graph.getNodeAttribute('a', 'x')).toBeCloseTo(10);
    expect(told).toEqual(['dropped a']);
  });

  it('drags the picture by the ground, or by a concept that may not be moved', () => {
    for (const under of [null, 'a']) {
      const { grip, point, told, viewpoint } = build(under);
      grip.movable = false;
      const before = viewpoint.placeOf('b')?.x ?? NaN;
      point('pointerdown', 100, 100);
      point('pointermove', 130, 100);
      point('pointermove', 160, 100);
      point('pointerup', 160, 100);
      expect(viewpoint.placeOf('b')?.x).toBeCloseTo(before + 60);
      expect(told).toEqual([]);
    }
  });

  it('tells of every move, while it drags too, and when it has left', () => {
    const { point, reached } = build(null);
    point('pointermove', 5, 6);
    point('pointerdown', 5, 6);
    point('pointermove', 50, 60);
    point('pointerleave', 1_001, 60);
    point('pointerup', 1_001, 60);
    point('pointerleave', 1_001, 60);
    expect(reached).toEqual([{ x: 5, y: 6 }, { x: 50, y: 60 }, null]);
  });

  it('zooms by its wheel as far as that was turned, and shows everything after a double click', () => {
    const { surface, told, viewpoint } = build(null);
    surface.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, cancelable: true }));
    expect(viewpoint.ratio).toBeCloseTo(1 / 1.7);
    surface.dispatchEvent(new WheelEvent('wheel', { deltaY: 10, cancelable: true }));
    expect(viewpoint.ratio).toBeCloseTo(1.7 ** 0.1 / 1.7);
    surface.dispatchEvent(new MouseEvent('dblclick'));
    expect(told).toEqual(['fit']);
  });

  it('leaves fingers to others, and does nothing when it is gone', () => {
    const { mouse, point, told } = build('a');
    point('pointerdown', 5, 5, { pointerType: 'touch' });
    point('pointerup', 5, 5, { pointerType: 'touch' });
    mouse.destroy();
    point('pointermove', 5, 5);
    expect(told).toEqual([]);
  });
});

describe('Nudge', () => {
  const size = { width: 1_000, height: 800 };
  const build = () => {
    const { rows, graph } = rowsOf({ a: node(0, 0), b: node(80, 30) });
    const viewpoint = new Viewpoint(rows, () => true, () => undefined);
    viewpoint.setFrame({ x: [-100, 100], y: [-50, 50] });
    viewpoint.setSize(size, 50);
    const dropped: string[] = [];
    const grip = new Grip(graph, (at) => viewpoint.projection.toLayout(at), { lifted: () => undefined, moved: () => undefined, dropped: (id) => dropped.push(id) });
    const nudge = new Nudge(grip, (id) => viewpoint.placeOf(id), () => size);
    const at = (id: string) => viewpoint.placeOf(id) ?? { x: NaN, y: NaN };
    return { at, dropped, graph, grip, nudge };
  };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('moves a concept step by step, and tells its place once, when the keys rest', () => {
    const { at, dropped, nudge } = build();
    for (let step = 0; step < 3; step++) {
      nudge.push('a', 1, 0);
      vi.advanceTimersByTime(300);
    }
    nudge.push('a', 0, -1);
    expect(at('a').x).toBeCloseTo(500 + 3 * 24);
    expect(at('a').y).toBeCloseTo(400 - 24);
    expect(dropped).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(dropped).toEqual(['a']);
  });

  it('puts one down before it takes another, and before a hand does', () => {
    const { dropped, grip, nudge } = build();
    nudge.push('a', 1, 0);
    nudge.push('b', 1, 0);
    expect(dropped).toEqual(['a']);
    grip.take('a', { x: 500, y: 400 });
    expect(dropped).toEqual(['a', 'b']);
    nudge.push('b', 1, 0);
    vi.advanceTimersByTime(1_000);
    expect(grip.id).toBe('a');
    expect(dropped).toEqual(['a', 'b']);
  });

  it('moves nothing out of the picture, and nothing where nothing may be moved', () => {
    const { at, dropped, graph, grip, nudge } = build();
    for (let step = 0; step < 100; step++) nudge.push('a', -1, -1);
    expect(at('a').x).toBeCloseTo(20);
    expect(at('a').y).toBeCloseTo(20);
    nudge.putDown();
    grip.movable = false;
    const { x } = graph.getNodeAttributes('b');
    nudge.push('b', 1, 0);
    expect(graph.getNodeAttribute('b', 'x')).toBe(x);
    expect(dropped).toEqual(['a']);
  });
});

describe('Hands', () => {
  const ben = { id: 'u2', name: 'Ben', color: 'rgb(1, 2, 3)' };
  const build = () => {
    const container = document.createElement('div');
    let shift = 0;
    const hands = new Hands(container, ({ x, y }) => ({ x: 10 * x + shift, y: 10 * y }));
    const shown = () => [...container.querySelectorAll<HTMLElement>('.hand')].map((hand) => [hand.textContent, hand.style.transform, hand.style.transition]);
    return { container, hands, shown, pan: (by: number) => void (shift += by) };
  };

  it('come where they are, glide from there, and go', () => {
    const { hands, shown } = build();
    hands.show([{ ...ben, x: 1, y: 2 }]);
    expect(shown()).toEqual([['Ben', 'translate(10.0px, 20.0px)', 'none']]);
    hands.show([{ ...ben, x: 3, y: 2 }]);
    expect(shown()).toEqual([['Ben', 'translate(30.0px, 20.0px)', '']]);
    hands.show([]);
    expect(shown()).toEqual([]);
  });

  it('go with the picture at once when that is moved, and on with their way when it is not', () => {
    const { hands, pan, shown } = build();
    hands.show([{ ...ben, x: 1, y: 2 }]);
    hands.show([{ ...ben, x: 2, y: 2 }]);
    hands.follow();
    expect(shown()).toEqual([['Ben', 'translate(20.0px, 20.0px)', '']]);
    pan(5);
    hands.follow();
    expect(shown()).toEqual([['Ben', 'translate(25.0px, 20.0px)', 'none']]);
  });
});

describe('Underlay', () => {
  it('is not shown where there is nothing to outline: a browser may go on showing what was', () => {
    const underlay = new Underlay(document.createElement('div'));
    const outlined = { id: 1, size: 3, outline: [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }], middle: { x: 0, y: 0 } };
    underlay.draw([outlined], new Set(), buildPalette(false), (point) => point);
    expect(underlay.element.hidden).toBe(false);
    underlay.draw([], new Set(), buildPalette(false), (point) => point);
    expect(underlay.element.hidden).toBe(true);
  });
});
