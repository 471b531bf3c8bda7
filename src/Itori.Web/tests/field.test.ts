import Graph from 'graphology';
import { describe, expect, it } from 'vitest';
import { citations } from '../src/chat/citations';
import { emphasis } from '../src/chat/emphasis';
import { indexMentions, noMentions, segments } from '../src/chat/mentions';
import { History } from '../src/coherence/history';
import { lookersOf } from '../src/field/lookers';
import { placeLabels, type LabelCandidate } from '../src/field/labels';
import { planOf } from '../src/field/arranger';
import { hull, hulls } from '../src/field/hulls';
import { Layout, type FieldEdge, type FieldNode } from '../src/field/layout';
import { buildPalette, hue } from '../src/field/palette';
import { BESIDE, seed, type Point } from '../src/field/seeding';
import { concept, relation } from './build';

const distance = (a: Point | undefined, b: Point | undefined) => Math.hypot((a?.x ?? NaN) - (b?.x ?? NaN), (a?.y ?? NaN) - (b?.y ?? NaN));

describe('seed', () => {
  it('starts a new concept beside its strongest neighbour', () => {
    const placed = new Map([
      ['a', { x: 0, y: 0 }],
      ['b', { x: 100, y: 0 }],
    ]);
    const seeded = seed(['c'], [relation('a', 'c', 0.2), relation('c', 'b', 0.9)], placed);
    expect(distance(seeded.get('c'), placed.get('b'))).toBeCloseTo(BESIDE);
  });

  it('places a chain of new concepts each beside the other', () => {
    const seeded = seed(['x', 'y', 'z'], [relation('a', 'x'), relation('x', 'y'), relation('y', 'z')], new Map([['a', { x: 5, y: 5 }]]));
    expect(distance(seeded.get('y'), seeded.get('x'))).toBeCloseTo(BESIDE);
    expect(distance(seeded.get('z'), seeded.get('y'))).toBeCloseTo(BESIDE);
  });

  it('is the same on every page and never puts two in one place', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `concept ${index}`);
    const one = seed(ids, [], new Map());
    expect(seed(ids, [], new Map())).toEqual(one);
    expect(new Set([...one.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(60);
  });
});

describe('Layout', () => {
  const build = (order: number, backwards = false) => {
    const graph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
    const indices = Array.from({ length: order }, (_, index) => (backwards ? order - 1 - index : index));
    for (const index of indices) {
      const at = { x: Math.cos(index) * 30, y: Math.sin(index) * 30 };
      graph.addNode(String(index), { ...at, size: 8, label: '', slot: index, phase: 0, weight: 0.5, cluster: 0, home: null, fixed: index === 0, pinned: index === 0 });
    }
    for (const index of indices) {
      if (index > 0) graph.addEdgeWithKey(`r${index}`, String(index), String(Math.floor(index / 2)), { weight: 0.8, kind: 'co_occurs' });
    }
    return graph;
  };
  const settle = (layout: Layout, budgetMs = 0) => {
    let steps = 0;
    while (layout.step(budgetMs)) steps += 1;
    return steps;
  };

  it('settles and stops', () => {
    const layout = new Layout();
    layout.restart(planOf(build(40), 1));
    expect(settle(layout)).toBeLessThanOrEqual(700);
    expect(layout.active).toBe(false);
    expect(layout.places().every(Number.isFinite)).toBe(true);
  });

  it('ends in the same places however fast the machine is and in whichever order the graph came', () => {
    const [slow, fast] = [new Layout(), new Layout()];
    slow.restart(planOf(build(30), 1));
    settle(slow);
    fast.restart(planOf(build(30, true), 1));
    settle(fast, 50);
    expect(fast.places()).toEqual(slow.places());
  });

  it('leaves a fixed concept where it is and moves others', () => {
    const plan = planOf(build(12), 1);
    const row = plan.ids.indexOf('5');
    const layout = new Layout();
    layout.restart(plan);
    for (let picture = 0; picture < 50; picture++) layout.step(0);
    expect([...layout.places().slice(0, 2)]).toEqual([30, 0]);
    expect(layout.places()[2 * row]).not.toBe(plan.nodes[4 * row]);
  });

  it('moves again when the graph changed', () => {
    const layout = new Layout();
    layout.restart(planOf(build(12), 1));
    settle(layout);
    layout.restart(planOf(build(13), 0.5));
    expect(layout.step(0)).toBe(true);
  });
});

describe('hulls', () => {
  it('goes round the outermost points only', () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 4, y: 0 },
      { x: 4, y: 4 },
      { x: 0, y: 4 },
    ];
    expect(hull([...corners, { x: 2, y: 2 }, { x: 1, y: 3 }])).toEqual(corners);
  });

  it('outlines clusters, leaves the far member out, and nothing for cluster 0', () => {
    const at = (x: number, y: number, cluster: number) => ({ x, y, cluster });
    const [only, ...others] = hulls([at(0, 0, 7), at(1, 0, 7), at(1, 1, 7), at(0, 1, 7), at(100, 100, 7), at(5, 5, 0), at(6, 5, 0), at(6, 6, 0), at(5, 6, 0)]);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ id: 7, size: 5 });
    expect(only?.outline).toHaveLength(4);
  });

  it('outlines the smallest clusters that alerts tell of', () => {
    const corner = (x: number, y: number) => ({ x, y, cluster: 1 });
    expect(hulls([corner(0, 0), corner(4, 0), corner(0, 4)])[0]?.outline).toHaveLength(3);
    expect(hulls([corner(0, 0), corner(4, 0)])).toEqual([]);
  });
});

describe('placeLabels', () => {
  const label = (id: string, x: number, y: number, priority: number): LabelCandidate => ({ id, text: id, x, y, radius: 5, width: 60, height: 16, priority });

  it('lets no two labels overlap and prefers the important one', () => {
    const crowd = Array.from({ length: 40 }, (_, index) => label(`l${index}`, 100 + (index % 8) * 14, 100 + Math.floor(index / 8) * 9, index / 40));
    const placed = placeLabels(crowd, [], 600, 400);
    expect(placed.length).toBeGreaterThan(3);
    expect(placed[0]?.candidate.id).toBe('l39');
    for (const [index, a] of placed.entries()) {
      for (const b of placed.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 16).toBe(true);
      }
    }
  });

  it('goes to the other side of its node where another node stands', () => {
    const [placed] = placeLabels([label('a', 200, 100, 0.5)], [{ x: 240, y: 100, radius: 6, weight: 0.1 }], 600, 400);
    expect(placed?.x).toBeLessThan(200);
  });

  it('shows the most important over lighter nodes where there is no clear place, and never over heavier ones', () => {
    const around = (weight: number) => [-1, 1].flatMap((side) => [{ x: 200 + 40 * side, y: 100, radius: 6, weight }, { x: 200, y: 100 + 17 * side, radius: 6, weight }]);
    expect(placeLabels([label('a', 200, 100, 0.5)], around(0.4), 600, 400)).toHaveLength(1);
    expect(placeLabels([label('a', 200, 100, 0.5)], around(0.6), 600, 400)).toHaveLength(0);
    const heavier = Array.from({ length: 20 }, (_, index) => label(`h${index}`, 400, 20 * index, 0.9));
    expect(placeLabels([...heavier, label('a', 200, 100, 0.5)], around(0.4), 600, 400).map(({ candidate }) => candidate.id)).not.toContain('a');
  });

  it('keeps labels inside the picture', () => {
    const [placed] = placeLabels([label('a', 580, 100, 0.5)], [], 600, 400);
    expect((placed?.x ?? 600) + 60).toBeLessThanOrEqual(600);
  });
});

describe('mentions', () => {
  const index = indexMentions(
    new Map([concept('neural network', 0), concept('network', 1), concept('multi-agent system', 2)].map((one) => [one.id, one])),
    noMentions,
  );
  const found = (text: string) => segments(text, index).filter((one) => one.concept !== null);

  it('finds labels regardless of case, plural and hyphen, the longest first', () => {
    expect(found('Neural networks beat a Network.')).toEqual([
      { text: 'Neural networks', concept: 'neural network' },
      { text: 'Network', concept: 'network' },
    ]);
    expect(found('multi agent systems')).toEqual([{ text: 'multi agent systems', concept: 'multi-agent system' }]);
  });

  it('finds whole words only and loses no character', () => {
    const text = 'Networking, a network — and networks!';
    expect(found(text)).toHaveLength(2);
    expect(segments(text, index).map((one) => one.text).join('')).toBe(text);
  });

  it('is the former index when no label changed', () => {
    const concepts = new Map([['a', concept('a', 0)]]);
    const first = indexMentions(concepts, noMentions);
    expect(indexMentions(new Map([['a', concept('a', 0, { weight: 1 })]]), first)).toBe(first);
    expect(indexMentions(new Map([['a', concept('a', 0, { label: 'A2' })]]), first)).not.toBe(first);
  });
});

describe('hue', () => {
  it('comes round after a full turn', () => {
    const { vivid } = buildPalette(true);
    expect(hue(vivid, 2 * Math.PI + 1)).toBe(hue(vivid, 1));
    expect(hue(vivid, -0.5)).toBe(hue(vivid, 2 * Math.PI - 0.5));
    expect(new Set(vivid).size).toBeGreaterThan(200);
  });
});

describe('History', () => {
  it('keeps the latest samples in order', () => {
    const history = new History(3);
    for (const time of [1, 2, 3, 4, 5]) history.push(time, time * 10);
    const seen: number[] = [];
    history.forEachSince(4, (_, value) => seen.push(value));
    expect(seen).toEqual([40, 50]);
    expect(history.length).toBe(3);
  });
});

describe('emphasis', () => {
  it('takes the marks away and keeps what they stood around', () => {
    expect(emphasis('In phase: **code word**, **TV**.')).toEqual([
      { text: 'In phase: ', strong: false },
      { text: 'code word', strong: true },
      { text: ', ', strong: false },
      { text: 'TV', strong: true },
      { text: '.', strong: false },
    ]);
  });

  it.each(['2 ** 3 ** 4', 'an **unfinished mark', '****', '** spaced **', 'a\n**b\nc**', ''])('leaves %j as it is', (text) => {
    expect(emphasis(text).map((stretch) => stretch.text).join('')).toBe(text);
    expect(emphasis(text).some((stretch) => stretch.strong)).toBe(false);
  });
});

describe('citations', () => {
  it('are the messages that an answer names, as people and as models name them', () => {
    const text = '“Corals grow.” — Quiet Otter (message 7), and [Ann, message 12].';
    const found = citations(text, 20);
    expect(found.filter(({ message }) => message !== null)).toEqual([
      { text: 'message 7', message: 7 },
      { text: 'message 12', message: 12 },
    ]);
    expect(found.map((one) => one.text).join('')).toBe(text);
  });

  it.each(['message 20', 'message 0', '3 messages', 'message 7th', 'a messages 7'])('are none in %j of message 20', (text) => {
    expect(citations(text, 20)).toEqual([{ text, message: null }]);
  });
});

describe('lookersOf', () => {
  const user = (id: string) => ({ id, name: id, anonymous: false });

  it('tells of each concept who points at it or has chosen it, each person once', () => {
    const lookers = lookersOf([
      { user: user('ben'), concept: 'a', selection: ['a', 'b'] },
      { user: user('eve'), concept: 'b' },
    ]);
    expect(lookers.get('a')?.map(({ id }) => id)).toEqual(['ben']);
    expect(lookers.get('b')?.map(({ id }) => id)).toEqual(['ben', 'eve']);
    expect(lookers.get('c')).toBeUndefined();
  });
});
