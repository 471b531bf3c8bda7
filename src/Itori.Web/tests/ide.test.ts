import { emptyGraph, type GraphState } from '@itori/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kindOf } from '../src/exchange/files';
import { linkAll, mergeInto, unlinkAll } from '../src/field/ops';
import { idOf, knownPlaces, rememberPlace } from '../src/header/places';
import { Replay } from '../src/replay/replay';
import { growthOf } from '../src/replay/TimeBar';
import { timeScale } from '../src/replay/timeScale';
import { RestError, type Moment } from '../src/rest';
import { clustersOf, hiddenBy, noFilter } from '../src/view/filter';
import { concept, frame, relation } from './build';

const graphOf = (...concepts: ReturnType<typeof concept>[]): GraphState => ({ ...emptyGraph, known: true, seq: 1, epoch: 1, concepts: new Map(concepts.map((one) => [one.id, one])) });

describe('Replay', () => {
  beforeEach(() => vi.useFakeTimers({ now: 100_000 }));
  afterEach(() => vi.useRealTimers());

  const moment = (at: number, seq = 1): Moment => ({ at, turning: true, graph: { ...graphOf(concept('a', 0)), seq, epoch: 3 }, frame: frame(0, [at / 100_000], 3) });
  const scripted = () => {
    const asked: { at: number; answer: (moment: Moment) => void; fail: (error: Error) => void }[] = [];
    const replay = new Replay((at) => new Promise((answer, fail) => asked.push({ at, answer, fail })), () => Date.now(), () => Date.now());
    return { asked, replay };
  };
  const settle = () => vi.advanceTimersByTimeAsync(200);

  it('shows a moment with its phases, and the present again', async () => {
    const { asked, replay } = scripted();
    replay.seek(40_000);
    expect(replay.store.get()).toMatchObject({ at: 40_000, loading: true, graph: null });
    asked[0]?.answer(moment(40_000));
    await settle();
    expect(replay.store.get()).toMatchObject({ loading: false, turning: true });
    expect(replay.phases.latest(0)).toBeCloseTo(0.4);
    replay.live();
    expect(replay.store.get()).toBeNull();
    expect(replay.phases.running).toBe(false);
  });

  it('asks for one moment at a time, and then for the latest wish only', async () => {
    const { asked, replay } = scripted();
    for (const at of [10_000, 20_000, 30_000]) replay.seek(at);
    expect(asked.map(({ at }) => at)).toEqual([10_000]);
    asked[0]?.answer(moment(10_000));
    await settle();
    expect(asked.map(({ at }) => at)).toEqual([10_000, 30_000]);
  });

  it('keeps the graph as one object while nothing changed in it', async () => {
    const { asked, replay } = scripted();
    replay.seek(10_000);
    asked[0]?.answer(moment(10_000));
    await settle();
    const graph = replay.store.get()?.graph;
    replay.seek(11_000);
    asked[1]?.answer(moment(11_000));
    await settle();
    expect(replay.store.get()?.graph).toBe(graph);
    replay.seek(12_000);
    asked[2]?.answer(moment(12_000, 2));
    await settle();
    expect(replay.store.get()?.graph?.seq).toBe(2);
  });

  it('plays at its speed until it reaches the present', async () => {
    const { asked, replay } = scripted();
    replay.seek(90_000);
    asked[0]?.answer(moment(90_000));
    await settle();
    replay.play(10);
    for (let answered = 1; answered < 40 && replay.store.get() !== null; answered++) {
      await vi.advanceTimersByTimeAsync(200);
      asked[answered]?.answer(moment(asked[answered]?.at ?? 0));
    }
    const times = asked.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(replay.store.get()).toBeNull();
  });

  it('says why a moment cannot be shown, and an answer that comes too late changes nothing', async () => {
    const { asked, replay } = scripted();
    replay.seek(10_000);
    asked[0]?.fail(new RestError('history_gone', 'gone'));
    await settle();
    expect(replay.store.get()).toMatchObject({ loading: false, error: 'Nothing of that time is kept any more.' });
    replay.seek(20_000);
    replay.live();
    asked[1]?.answer(moment(20_000));
    await settle();
    expect(replay.store.get()).toBeNull();
  });
});

describe('timeScale', () => {
  it('goes there and back', () => {
    const scale = timeScale(1_000, 9_000, 400_000);
    for (const part of [0, 0.3, 0.94, 0.97, 1]) expect(scale.partOf(scale.timeOf(part))).toBeCloseTo(part);
  });

  it('draws a long rest together, and no short one', () => {
    expect(timeScale(0, 10_000, 1_000_000).partOf(10_000)).toBeCloseTo(0.94);
    expect(timeScale(0, 99_000, 100_000).partOf(50_000)).toBeCloseTo(0.5);
  });

  it('counts what grew when, each concept once', () => {
    const { growth } = growthOf([concept('a', 0, { createdAt: 1_000 }), concept('b', 1, { createdAt: 1_000 }), concept('c', 2, { createdAt: 90_000, lastSeen: 99_000 })], 100_000);
    expect(growth.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(Math.max(...growth)).toBe(2);
  });
});

describe('filter', () => {
  const graph = graphOf(
    concept('heavy', 0, { weight: 0.9, cluster: 1, lastSeen: 900 }),
    concept('light', 1, { weight: 0.1, cluster: 1, lastSeen: 1_000 }),
    concept('other', 2, { weight: 0.5, cluster: 2, lastSeen: 100 }),
  );

  it('hides nothing unless asked', () => expect(hiddenBy(noFilter, graph, 1_000).size).toBe(0));

  it('hides the light, the old and whole clusters', () => {
    expect([...hiddenBy({ ...noFilter, weight: 0.2 }, graph, 1_000)]).toEqual(['light']);
    expect([...hiddenBy({ ...noFilter, within: 500 }, graph, 1_000)]).toEqual(['other']);
    expect([...hiddenBy({ ...noFilter, without: new Set([1]) }, graph, 1_000)]).toEqual(['heavy', 'light']);
  });

  it('calls a cluster by its heaviest concept, the largest first', () => {
    expect(clustersOf(graph)).toEqual([
      { id: 1, name: 'heavy', size: 2 },
      { id: 2, name: 'other', size: 1 },
    ]);
  });
});

describe('files', () => {
  it.each([
    ['graph.GraphML', '', 'graph'],
    ['a.b.json', 'application/json', 'graph'],
    ['paper.pdf', '', 'pdf'],
    ['notes.md', '', 'text'],
    ['README', 'text/plain', 'text'],
    ['photo.jpg', 'image/jpeg', 'unknown'],
  ])('takes %s (%s) for a %s', (name, type, kind) => expect(kindOf(name, type).kind).toBe(kind));
});

describe('concept operations', () => {
  it('merge all into the first and relate it to each', () => {
    expect(mergeInto('a', ['a', 'b', 'c'])).toEqual([
      { op: 'merge', source: 'b', target: 'a' },
      { op: 'merge', source: 'c', target: 'a' },
    ]);
    expect(linkAll(['a', 'b'])).toEqual([{ op: 'link', source: 'a', target: 'b', weight: 0.5 }]);
  });

  it('unlink each pair once, however many relations it has', () => {
    expect(unlinkAll([relation('a', 'b'), { ...relation('b', 'a'), kind: 'causes' }, relation('b', 'c')])).toHaveLength(2);
  });
});

describe('places', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  };

  it('remembers the latest first, each once, and no more than its limit', () => {
    const store = storage();
    for (let at = 0; at < 40; at++) rememberPlace({ session: `s${at % 30}`, graph: 'main', about: '', at }, store);
    const places = knownPlaces(store);
    expect(places).toHaveLength(24);
    expect(places[0]).toMatchObject({ session: 's9', at: 39 });
    expect(new Set(places.map(({ session }) => session)).size).toBe(24);
  });

  it('does without what it cannot read', () => {
    expect(knownPlaces({ getItem: () => 'no json' })).toEqual([]);
    expect(knownPlaces({ getItem: () => '[{"session":1}]' })).toEqual([]);
  });

  it.each([
    ['Reefs & Co', 'Reefs-Co'],
    ['  Über uns ', 'Uber-uns'],
    ['???', ''],
  ])('makes of %j the id %j', (words, id) => expect(idOf(words)).toBe(id));
});
