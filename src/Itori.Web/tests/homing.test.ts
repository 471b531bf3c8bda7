import Graph from 'graphology';
import { emptyGraph, type Concept, type GraphState, type Relation } from '@itori/client';
import { describe, expect, it, vi } from 'vitest';
import { planOf, type FieldGraph } from '../src/field/arranger';
import { Homing } from '../src/field/homing';
import type { FieldEdge, FieldNode } from '../src/field/layout';
import { syncConcepts } from '../src/field/scene';
import { BESIDE, type Point } from '../src/field/seeding';
import { concept, relation } from './build';

const newGraph = (): FieldGraph => new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
const stateOf = (concepts: readonly Concept[], relations: readonly Relation[] = []): GraphState => ({
  ...emptyGraph,
  known: true,
  concepts: new Map(concepts.map((one) => [one.id, one])),
  relations: new Map(relations.map((one) => [one.id, one])),
});
const arranged = (id: string, slot: number, x: number, y: number) => concept(id, slot, { x, y, arranged: true });
const place = (graph: FieldGraph, id: string): Point => {
  const { x, y } = graph.getNodeAttributes(id);
  return { x, y };
};
const settle = (graph: FieldGraph, held: string | null = null) => {
  const homing = new Homing(graph);
  homing.begin(0);
  let pictures = 0;
  while (homing.follow(held, false, (pictures += 1) * 16)) if (pictures > 1_000) throw new Error('never there');
  return pictures;
};

describe('places that the server tells', () => {
  it('are where a page that is opened shows concepts at once', () => {
    const graph = newGraph();
    const synced = syncConcepts(graph, stateOf([arranged('a', 0, 3, 4), arranged('b', 1, -30, 7)]), null, new Map());
    expect(synced).toMatchObject({ homeless: 0, shared: true, fresh: false });
    expect([place(graph, 'a'), place(graph, 'b')]).toEqual([{ x: 3, y: 4 }, { x: -30, y: 7 }]);
  });

  it('are where a page that watches ends, exactly, by a smooth way', () => {
    const graph = newGraph();
    syncConcepts(graph, stateOf([concept('a', 0), concept('b', 1)], [relation('a', 'b')]), null, new Map());
    const begun = place(graph, 'b');
    syncConcepts(graph, stateOf([arranged('a', 0, 10, 0), arranged('b', 1, 40, 20)]), null, new Map());
    expect(place(graph, 'b')).toEqual(begun);
    const homing = new Homing(graph);
    homing.begin(0);
    expect(homing.follow(null, false, 16)).toBe(true);
    const on = place(graph, 'b');
    expect(Math.hypot(on.x - 40, on.y - 20)).toBeLessThan(Math.hypot(begun.x - 40, begun.y - 20));
    expect(Math.hypot(on.x - 40, on.y - 20)).toBeGreaterThan(1);
    expect(settle(graph)).toBeLessThan(120);
    expect([place(graph, 'a'), place(graph, 'b')]).toEqual([{ x: 10, y: 0 }, { x: 40, y: 20 }]);
  });

  it('are taken at once where little motion is wanted, and cost nothing when all are there', () => {
    const graph = newGraph();
    syncConcepts(graph, stateOf([concept('a', 0)]), null, new Map());
    syncConcepts(graph, stateOf([arranged('a', 0, 10, 5)]), null, new Map());
    const homing = new Homing(graph);
    homing.begin(0);
    homing.follow(null, true, 1);
    expect(place(graph, 'a')).toEqual({ x: 10, y: 5 });
    homing.follow(null, true, 2);
    const each = vi.spyOn(graph, 'forEachNode');
    expect(homing.follow(null, true, 3)).toBe(false);
    expect(each).not.toHaveBeenCalled();
  });

  it('do not pull a concept out of the hand that holds it', () => {
    const graph = newGraph();
    syncConcepts(graph, stateOf([arranged('a', 0, 0, 0), arranged('b', 1, 5, 5)]), null, new Map());
    Object.assign(graph.getNodeAttributes('a'), { x: 70, y: 70 });
    settle(graph, 'a');
    expect(place(graph, 'a')).toEqual({ x: 70, y: 70 });
  });

  it('leave only the others to the page: a newcomer begins beside its neighbour, and the layout goes round what has a place', () => {
    const graph = newGraph();
    const synced = syncConcepts(graph, stateOf([arranged('a', 0, 100, 100), concept('b', 1)], [relation('a', 'b')]), null, new Map());
    expect(synced).toMatchObject({ homeless: 1, shared: true, fresh: true });
    const { x, y } = place(graph, 'b');
    expect(Math.hypot(x - 100, y - 100)).toBeCloseTo(BESIDE);
    Object.assign(graph.getNodeAttributes('a'), { x: 90 });
    const plan = planOf(graph, 1);
    expect([...plan.nodes].slice(0, 4)).toEqual([100, 100, expect.any(Number), 1]);
    expect(plan.nodes[7]).toBe(0);
  });

  it('of a server that tells none are the page’s own', () => {
    expect(syncConcepts(newGraph(), stateOf([concept('a', 0), concept('b', 1, { x: 1, y: 2 })]), null, new Map())).toMatchObject({ homeless: 1, shared: false });
  });
});
