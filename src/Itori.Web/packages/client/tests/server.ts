import type { Peer, Received } from './peer.js';

/** Answers as a gateway does: a session at seq 2 with two messages, a graph at seq 4 with one concept, and a field. */
export class LittleGateway {
  sessionSeq = 2;
  graphSeq = 4;

  constructor(private readonly peer: Peer) {
    peer.answer = (message) => this.take(message);
  }

  say(text: string, seq = ++this.sessionSeq): void {
    this.peer.send('user_msg', this.message(text), { topic: 'session:s1', seq });
  }

  grow(id: string, prev?: number): void {
    this.graphSeq += 1;
    const data = { graph: 'main', epoch: 1, added: [concept(id)], changed: [], removed: [], relations: { added: [], changed: [], removed: [] }, cause: { kind: 'message' } };
    this.peer.send('concept_update', { type: 'delta', data }, { topic: 'graph:main', seq: this.graphSeq, prev });
  }

  tell(variant: string, data: unknown): void {
    this.peer.send('concept_update', { type: variant, data }, { topic: 'field:main' });
  }

  frame(frame: number, phases: readonly number[]): void {
    this.peer.send('phase_frame', { graph: 'main', epoch: 1, frame, t: 0, orderParameter: 0.5, meanPhase: 1, phases }, { topic: 'field:main' });
  }

  private take({ type, id, topic, payload }: Received): void {
    const reply = (kind: string, what: object) => this.peer.send(kind, what, { correlationId: id });
    const watched = String(payload['topic']);
    switch (type) {
      case 'subscribe': {
        const recovered = payload['since'] !== undefined;
        const snapshot = { graph: 'main', epoch: 1, seq: this.graphSeq, concepts: [concept('a')], relations: [] };
        if (watched.startsWith('graph:')) reply('subscribed', { topic: watched, seq: this.graphSeq, recovered, ...(recovered ? {} : { snapshot }) });
        else reply('subscribed', { topic: watched, seq: watched.startsWith('session:') ? this.sessionSeq : 0, recovered });
        break;
      }
      case 'unsubscribe':
        reply('unsubscribed', { topic: watched });
        break;
      case 'history': {
        const event = (seq: number) => ({ type: 'user_msg', topic: watched, seq, timestamp: seq, payload: this.message(`words ${seq}`) });
        reply('history', { topic: watched, events: [event(1), event(2)], more: false });
        break;
      }
      case 'user_msg':
        this.sessionSeq += 1;
        reply('ack', { topic, seq: this.sessionSeq });
        this.say(String(payload['text']), this.sessionSeq);
        break;
      case 'concept_op':
      case 'ingest':
        reply('ack', { topic, seq: this.graphSeq });
        break;
      default:
    }
  }

  private message(text: string) {
    return { text, user: { id: 'u2', name: 'Bo', anonymous: false }, graph: 'main' };
  }
}

export function concept(id: string, slot = 0) {
  return { id, label: id, slot, weight: 0.5, phase: 0, cluster: 0, mentions: 1, createdAt: 0, lastSeen: 0, sources: [] };
}

export const forecast = {
  timestamp: 1,
  stepSeconds: 5,
  metrics: { coherence: { current: 0.7, forecast: [0.6], lower: [0.5], upper: [0.8], lower80: [0.55], upper80: [0.7], trend: 'falling' } },
  assessment: { status: 'warning', message: 'It falls.' },
};
