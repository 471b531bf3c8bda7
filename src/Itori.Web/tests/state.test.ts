import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '@itori/client';
import * as conversation from '@itori/client';
import { applyDeltas, arc, emptyConversation, emptyGraph, fromSnapshot, PhaseTrack, relationsOf } from '@itori/client';
import { reduce } from '../src/state/reduce';
import { concept, delta, frame, here, relation, said } from './build';

const ab = () => fromSnapshot({ graph: 'main', epoch: 1, seq: 4, concepts: [concept('a', 0), concept('b', 1)], relations: [relation('a', 'b')] });

describe('graph', () => {
  it('is its snapshot and the deltas behind it', () => {
    const { graph, hole } = applyDeltas(ab(), [
      delta(5, { added: [concept('c', 2)], relationsAdded: [relation('b', 'c', 0.9)] }),
      delta(6, { changed: [{ id: 'a', weight: 0.8 }], removed: ['b'], relationsRemoved: ['a~b', 'b~c'] }),
    ]);
    expect(hole).toBe(false);
    expect(graph.seq).toBe(6);
    expect([...graph.concepts.keys()]).toEqual(['a', 'c']);
    expect(graph.concepts.get('a')).toMatchObject({ weight: 0.8, mentions: 1, label: 'a' });
    expect(graph.relations.size).toBe(0);
  });

  it('passes over deltas that it holds already', () => {
    const before = ab();
    expect(applyDeltas(before, [delta(3, { removed: ['a'] }), delta(4, { removed: ['b'] })])).toEqual({ graph: before, hole: false });
  });

  it('stops at a hole and applies nothing behind it', () => {
    const { graph, hole } = applyDeltas(ab(), [delta(5, { removed: ['a'] }), delta(7, { removed: ['b'] })]);
    expect(hole).toBe(true);
    expect(graph.seq).toBe(5);
    expect([...graph.concepts.keys()]).toEqual(['b']);
  });

  it('takes the new slots of a new epoch', () => {
    const { graph } = applyDeltas(ab(), [
      delta(5, {
        epoch: 2,
        changed: [
          { id: 'a', slot: 1 },
          { id: 'b', slot: 0 },
        ],
      }),
    ]);
    expect(graph.epoch).toBe(2);
    expect([...graph.concepts.values()].map((one) => one.slot)).toEqual([1, 0]);
  });

  it('leaves what was drawn untouched', () => {
    const before = ab();
    applyDeltas(before, [delta(5, { added: [concept('c', 2)], changed: [{ id: 'a', weight: 1 }] })]);
    expect(before).toEqual(ab());
  });

  it('tells a concept’s strongest relations first', () => {
    const { graph } = applyDeltas(ab(), [delta(5, { added: [concept('c', 2)], relationsAdded: [relation('c', 'a', 0.9)] })]);
    expect(relationsOf(graph, 'a').map(({ other }) => other.id)).toEqual(['c', 'b']);
  });
});

describe('conversation', () => {
  const known = { ...emptyConversation, known: true, seq: 2, events: [said(1), said(2)] };

  it('appends in order, once, and stops at a hole', () => {
    const { conversation: next, hole } = conversation.applyEvents(known, [said(2), said(3), said(5)]);
    expect(next.events.map((event) => event.seq)).toEqual([1, 2, 3]);
    expect(hole).toBe(true);
  });

  it('forgets what a deleted message said and leaves no hole', () => {
    const deletion = { type: 'msg_deleted', topic: 'session:s1', seq: 3, timestamp: 3, messageSeq: 1, text: '' } as const;
    const { conversation: next, hole } = conversation.applyEvents(emptyConversation, [said(1), said(2), deletion, said(4)]);
    expect(hole).toBe(false);
    expect(next.events.map((event) => event.text)).toEqual(['', 'words 2', '', 'words 4']);
    expect(next.events[0]).toMatchObject({ deleted: true });
  });

  it('joins history that overlaps with what came live', () => {
    const live = conversation.applyEvents({ ...emptyConversation, seq: 3 }, [said(4)]).conversation;
    const joined = conversation.withHistory(live, [said(2), said(3), said(4), said(5)], true);
    expect(joined.events.map((event) => event.seq)).toEqual([2, 3, 4, 5]);
    expect(joined).toMatchObject({ seq: 5, more: true, known: true });
    expect(conversation.applyEvents(joined, [said(5)]).conversation.events).toHaveLength(4);
  });

  it('shows what was said at once, and once', () => {
    const own = { ...said(3, 'hello'), user: { id: 'u1', name: 'Ada', anonymous: true } };
    const saying = conversation.say(known, 'k', 'hello', true);
    expect(conversation.unseen(saying, new Set(['u1']))).toHaveLength(1);
    const eventFirst = conversation.applyEvents(saying, [own]).conversation;
    expect(conversation.unseen(eventFirst, new Set(['u1']))).toHaveLength(0);
    expect(conversation.unseen(eventFirst, new Set(['u1', 'who came back']))).toHaveLength(0);
    expect(conversation.unseen(eventFirst, new Set(['who came back']))).toHaveLength(1);
    expect(conversation.acknowledge(eventFirst, 'k', 3).outgoing).toHaveLength(0);
    const ackFirst = conversation.acknowledge(saying, 'k', 3);
    expect(conversation.unseen(ackFirst, new Set(['u1']))).toHaveLength(1);
    expect(conversation.applyEvents(ackFirst, [own]).conversation.outgoing).toHaveLength(0);
  });

  it('keeps a refused message with its error', () => {
    const failed = conversation.fail(conversation.say(known, 'k', 'hello', true), 'k', 'Too long.');
    expect(conversation.unseen(failed, new Set(['u1']))).toMatchObject([{ text: 'hello', error: 'Too long.' }]);
  });

  it('puts an answer together by index and lets the whole answer replace it', () => {
    let talk = conversation.beginTurn(known, 't');
    talk = conversation.addPiece(talk, 't', 1, 'world');
    expect(conversation.turnText(talk.turn ?? { turn: '', pieces: [], stopping: false })).toBe('…world');
    talk = conversation.addPiece(talk, 't', 0, 'hello ');
    expect(talk.turn === null ? '' : conversation.turnText(talk.turn)).toBe('hello world');
    const answer = { type: 'assistant_msg' as const, topic: 'session:s1', seq: 3, timestamp: 3, turn: 't', text: 'hello world', concepts: [], model: 'm', finish: 'stop' };
    talk = conversation.applyEvents(talk, [answer]).conversation;
    expect(talk.turn).toBeNull();
    expect(conversation.addPiece(talk, 't', 2, 'late').turn).toBeNull();
  });

  it('is bounded', () => {
    let talk = { ...emptyConversation, known: true };
    const many = Array.from({ length: conversation.MAX_EVENTS + 10 }, (_, index) => said(index + 1));
    talk = conversation.applyEvents(talk, many).conversation;
    expect(talk.events).toHaveLength(conversation.MAX_EVENTS);
    expect(talk).toMatchObject({ more: true, seq: conversation.MAX_EVENTS + 10 });
  });
});

describe('reduce', () => {
  it('names the topics that have holes', () => {
    const state = here({ graph: ab(), conversation: { ...emptyConversation, known: true, seq: 1 } });
    const { holes } = reduce(state, [
      { type: 'delta', topic: 'graph:main', delta: delta(9) },
      { ...said(4) },
    ]);
    expect([...holes]).toEqual(['graph:main', 'session:s1']);
  });

  it('takes a run of deltas as it takes them one by one', () => {
    const deltas = [delta(5, { added: [concept('c', 2)] }), delta(6, { removed: ['a'] }), delta(7, { changed: [{ id: 'c', weight: 1 }] })];
    const messages = deltas.map((one): ServerMessage => ({ type: 'delta', topic: 'graph:main', delta: one }));
    const together = reduce(here({ graph: ab() }), messages).state;
    const oneByOne = messages.reduce((state, message) => reduce(state, [message]).state, here({ graph: ab() }));
    expect(together.graph).toEqual(oneByOne.graph);
  });

  it('ignores deltas before the snapshot and of other graphs', () => {
    const before = here({ graph: emptyGraph });
    expect(reduce(before, [{ type: 'delta', topic: 'graph:main', delta: delta(1) }]).state.graph).toBe(before.graph);
    const known = here({ graph: ab() });
    expect(reduce(known, [{ type: 'delta', topic: 'graph:else', delta: delta(5, { removed: ['a'] }) }]).state.graph).toBe(known.graph);
  });

  it('lets go of a selected concept that is gone', () => {
    const state = here({ graph: ab(), selected: 'a' });
    expect(reduce(state, [{ type: 'delta', topic: 'graph:main', delta: delta(5, { removed: ['a'] }) }]).state.selected).toBeNull();
  });

  it('keeps the latest cursor of each person and none of those who left', () => {
    const bo = { id: 'u2', name: 'Bo', anonymous: false };
    const point = (one: string): ServerMessage => ({ type: 'cursor', topic: 'graph:main', user: bo, concept: one });
    const pointed = reduce(here(), [point('a'), point('b')]).state;
    expect([...pointed.cursors.values()]).toEqual([{ user: bo, concept: 'b' }]);
    expect(reduce(pointed, [{ type: 'presence', topic: 'graph:main', users: [], count: 0, left: [] }]).state.cursors.size).toBe(0);
  });

  it('keeps hands apart from what people look at, so that a hand that moves changes nothing else', () => {
    const bo = { id: 'u2', name: 'Bo', anonymous: false };
    const cursor = (more: object): ServerMessage => ({ type: 'cursor', topic: 'graph:main', user: bo, concept: 'a', selection: ['a', 'b'], ...more });
    const first = reduce(here(), [cursor({ x: 1, y: 2 })]).state;
    expect([...first.hands.values()]).toEqual([{ user: bo, x: 1, y: 2 }]);
    const moved = reduce(first, [cursor({ x: 3, y: 4 })]).state;
    expect([...moved.hands.values()]).toEqual([{ user: bo, x: 3, y: 4 }]);
    expect(moved.cursors).toBe(first.cursors);
    expect(reduce(moved, [cursor({ selection: ['a'] })]).state.cursors).not.toBe(first.cursors);
    const gone = reduce(moved, [cursor({})]).state;
    expect(gone.hands.size).toBe(0);
    expect(reduce(gone, [cursor({})]).state.hands).toBe(gone.hands);
    expect(reduce(moved, [{ type: 'presence', topic: 'graph:main', users: [], count: 0, left: [] }]).state.hands.size).toBe(0);
  });

  it('keeps the cursor of who is here unnamed in a crowd, until told that they left', () => {
    const point = (id: string): ServerMessage => ({ type: 'cursor', topic: 'graph:main', user: { id, name: id, anonymous: true }, concept: 'a' });
    const crowd = (...left: string[]): ServerMessage => ({ type: 'presence', topic: 'graph:main', users: [{ id: 'u2', name: 'Bo', since: 1 }], count: 300, left });
    const { state } = reduce(here(), [point('u3'), point('u4'), crowd('u4')]);
    expect([...state.cursors.keys()]).toEqual(['u3']);
    expect(state.presence.unnamed).toBe(299);
    const many = reduce(state, Array.from({ length: 500 }, (_, index) => point(`many${index}`))).state.cursors;
    expect(many.size).toBe(100);
    expect(many.has('many499')).toBe(true);
  });

  it('shows how far its own document is', () => {
    const ingest = { key: 'd', source: 'report', characters: 9, progress: 0, done: null, error: null };
    const cause = { kind: 'ingest', user: { id: 'u1', name: 'Ada', anonymous: true }, source: 'report', progress: 0.4 };
    const { state } = reduce(here({ graph: ab(), ingests: [ingest] }), [{ type: 'delta', topic: 'graph:main', delta: delta(5, { cause }) }]);
    expect(state.ingests[0]?.progress).toBe(0.4);
  });

  it('begins the transcript anew when history back to where it was is gone', () => {
    const state = here({ conversation: { ...emptyConversation, known: true, seq: 2, events: [said(1), said(2)] } });
    const next = reduce(state, [{ type: 'subscribed', topic: 'session:s1', seq: 900, recovered: false }]).state;
    expect(next.conversation).toMatchObject({ known: false, seq: 900, events: [] });
  });
});

describe('PhaseTrack', () => {
  it('turns along the shortest arc', () => {
    expect(arc(0.1, 2 * Math.PI - 0.1)).toBeCloseTo(-0.2);
    expect(arc(2 * Math.PI - 0.1, 0.1)).toBeCloseTo(0.2);
    const track = new PhaseTrack();
    track.enter(1);
    track.push(frame(1, [2 * Math.PI - 0.2]), 0);
    track.push(frame(2, [0.2]), 100);
    const halfway = track.at(0, 150) ?? Number.NaN;
    expect(Math.min(halfway, 2 * Math.PI - halfway)).toBeCloseTo(0);
    expect(track.at(0, 300)).toBeCloseTo(0.2);
  });

  it('goes on from what it shows when a frame comes early', () => {
    const track = new PhaseTrack();
    track.enter(1);
    track.push(frame(1, [0]), 0);
    track.push(frame(2, [1]), 100);
    const shown = track.at(0, 150);
    track.push(frame(3, [2]), 150);
    expect(track.at(0, 150)).toBeCloseTo(shown ?? Number.NaN);
  });

  it('ignores frames of another epoch and forgets phases when the epoch changes', () => {
    const track = new PhaseTrack();
    track.enter(1);
    expect(track.push(frame(1, [1, 2], 2), 0)).toBe(false);
    expect(track.running).toBe(false);
    track.push(frame(1, [1, 2], 1), 0);
    track.enter(2);
    expect(track.at(0, 0)).toBeUndefined();
    expect(track.push(frame(2, [3], 2), 100)).toBe(true);
    expect(track.latest(0)).toBe(3);
  });
});
