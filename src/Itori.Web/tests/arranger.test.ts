import Graph from 'graphology';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Arranger, type FieldGraph } from '../src/field/arranger';
import type { FieldEdge, FieldNode } from '../src/field/layout';

const orders: unknown[] = [];

class QuietWorker {
  addEventListener(): void {}
  postMessage(order: unknown): void {
    orders.push(order);
  }
  terminate(): void {}
}

describe('Arranger', () => {
  const build = () => {
    const graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
    for (const id of ['a', 'b']) graph.addNode(id, { x: 0, y: 0, size: 8, label: '', slot: 0, phase: 0, weight: 0.5, cluster: 0, home: null, fixed: false, pinned: false });
    const alone: boolean[] = [];
    return { arranger: new Arranger(graph, () => false, () => undefined, (is) => alone.push(is)), alone };
  };

  beforeEach(() => {
    orders.length = 0;
    vi.useFakeTimers();
    vi.stubGlobal('Worker', QuietWorker);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('leaves it to a server that tells places in time', () => {
    const { arranger, alone } = build();
    arranger.arrangeUnlessTold(0.6);
    expect(arranger.active).toBe(true);
    vi.advanceTimersByTime(500);
    arranger.told(true);
    vi.advanceTimersByTime(10_000);
    expect([orders.length, alone, arranger.active]).toEqual([0, [], false]);
  });

  it('finds places itself where none are told, at once from then on, until they are', () => {
    const { arranger, alone } = build();
    arranger.arrangeUnlessTold(0.6);
    vi.advanceTimersByTime(2_000);
    arranger.arrangeUnlessTold(0.6);
    expect([orders.length, alone]).toEqual([2, [true]]);
    arranger.told(true);
    expect([alone, arranger.active]).toEqual([[true, false], false]);
    arranger.arrangeUnlessTold(0.6);
    expect(orders).toHaveLength(2);
    arranger.destroy();
  });

  it('goes on waiting while some have none yet, and stops when it is destroyed', () => {
    const { arranger } = build();
    arranger.arrangeUnlessTold(0.6);
    arranger.told(false);
    vi.advanceTimersByTime(1_999);
    expect(orders).toHaveLength(0);
    arranger.destroy();
    vi.advanceTimersByTime(10_000);
    expect(orders).toHaveLength(0);
  });
});
