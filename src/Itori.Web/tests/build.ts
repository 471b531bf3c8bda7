import type { Concept, GraphDelta, PhaseFrame, Relation, SessionEvent } from '@itori/client';
import { initialState, type AppState } from '../src/store';

export function concept(id: string, slot: number, more: Partial<Concept> = {}): Concept {
  return {
    id,
    label: id,
    slot,
    weight: 0.5,
    phase: 0,
    pinned: false,
    cluster: 0,
    mentions: 1,
    createdAt: 0,
    lastSeen: 0,
    sources: [],
    ...more,
  };
}

export function relation(source: string, target: string, weight = 0.5): Relation {
  return { id: `${source}~${target}`, source, target, weight, kind: 'co_occurs' };
}

export function delta(seq: number, more: Partial<GraphDelta> = {}): GraphDelta {
  return {
    seq,
    epoch: 1,
    added: [],
    changed: [],
    removed: [],
    relationsAdded: [],
    relationsChanged: [],
    relationsRemoved: [],
    cause: { kind: 'message' },
    ...more,
  };
}

export function said(seq: number, words = `words ${seq}`): SessionEvent {
  return { type: 'user_msg', topic: 'session:s1', seq, timestamp: seq, text: words, user: { id: 'u2', name: 'Bo', anonymous: false }, deleted: false };
}

export function frame(number: number, phases: readonly number[], epoch = 1): PhaseFrame {
  return { type: 'phase_frame', topic: 'field:main', epoch, frame: number, orderParameter: 0.5, meanPhase: 1, phases };
}

export function here(more: Partial<AppState> = {}): AppState {
  return { ...initialState, sessionId: 's1', graphId: 'main', user: { id: 'u1', name: 'Ada', anonymous: true }, ...more };
}
