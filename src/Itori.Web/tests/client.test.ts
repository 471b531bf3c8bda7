import type { QueueStore, StoredCommand } from '@itori/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ItoriClient } from '../src/client';
import { concept, delta, said } from './build';
import { open, Peer, until, type Received } from '../packages/client/tests/peer.js';

const wireDelta = (seq: number, added: readonly unknown[] = []) => {
  const { cause, epoch } = delta(seq);
  return { type: 'delta', data: { graph: 'main', epoch, added, changed: [], removed: [], relations: { added: [], changed: [], removed: [] }, cause } };
};

describe('ItoriClient', () => {
  let peer: Peer;
  let client: ItoriClient;
  let snapshots = 0;

  /** Answers as a gateway does for a graph at seq 4 and a session at seq 2. */
  const gateway = ({ type, id, payload }: Received) => {
    const { topic } = payload;
    if (type === 'subscribe') {
      const graph = topic === 'graph:main' && payload['since'] === undefined;
      if (graph) snapshots += 1;
      const snapshot = { graph: 'main', epoch: 1, seq: 4, concepts: [concept('a', 0)], relations: [] };
      const seq = topic === 'graph:main' ? 4 : 2;
      peer.send('subscribed', { topic, seq, recovered: payload['since'] !== undefined, ...(graph ? { snapshot } : {}) }, { correlationId: id });
    } else if (type === 'history') {
      const events = [said(1), said(2)].map((event) => ({ ...event, payload: event }));
      peer.send('history', { topic, events, more: false }, { correlationId: id });
    }
  };

  beforeEach(async () => {
    snapshots = 0;
    peer = await Peer.listen();
    peer.answer = gateway;
    client = new ItoriClient({
      endpoint: peer.endpoint,
      place: { session: null, graph: null },
      open,
      backoff: { firstMs: 4, maxMs: 20 },
      schedule: (task) => setTimeout(task, 1),
    });
    client.start();
    await until('the transcript and the graph', () => client.store.get().conversation.known && client.store.get().graph.known);
  });
  afterEach(async () => {
    client.stop();
    await peer.close();
  });

  it('subscribes to its session, graph and field', () => {
    expect(peer.of('subscribe').map((message) => message.payload['topic'])).toEqual(['session:s1', 'graph:main', 'field:main']);
    expect(client.store.get().conversation.events.map((event) => event.seq)).toEqual([1, 2]);
  });

  it('comes back to the same session and asks only for what it missed', async () => {
    peer.send('concept_update', wireDelta(5, [concept('b', 1)]), { topic: 'graph:main', seq: 5 });
    await until('the delta', () => client.store.get().graph.seq === 5);
    peer.drop();
    await until('subscribed again', () => peer.of('subscribe').length === 6);
    const again = peer.of('subscribe').slice(3).map((message) => message.payload);
    expect(again).toEqual([{ topic: 'session:s1', since: 2 }, { topic: 'graph:main', since: 5 }, { topic: 'field:main' }]);
    expect(peer.urls.at(-1)).toBe('/ws?session=s1&graph=main');
    expect(snapshots).toBe(1);
  });

  it('knows who it was, when it is somebody new on every connection', async () => {
    const told: (readonly string[])[] = [];
    const page = new ItoriClient({
      endpoint: peer.endpoint,
      place: { session: 's1', graph: 'main' },
      open,
      queue: null,
      backoff: { firstMs: 4, maxMs: 20 },
      selves: ['of an earlier load'],
      onSelves: (selves) => told.push(selves),
    });
    peer.authenticate = () => ({ type: 'auth_success', payload: { user: { id: `anon-${peer.connections}`, name: 'Quiet Otter', anonymous: true } } });
    page.start();
    await until('signed in', () => told.length === 1);
    const first = page.store.get().user?.id ?? '';
    page.reconnect();
    await until('signed in again', () => told.length === 2);
    const second = page.store.get().user?.id ?? '';
    expect(second).not.toBe(first);
    expect(told.at(-1)).toEqual(['of an earlier load', first, second]);
    expect([...page.store.get().selves]).toEqual(['of an earlier load', first, second]);
    page.stop();
  });

  it('asks for what is missing when a topic has a hole, once', async () => {
    for (const seq of [6, 7, 8]) peer.send('concept_update', wireDelta(seq), { topic: 'graph:main', seq });
    await until('the repair', () => peer.of('subscribe').length === 4);
    expect(peer.of('subscribe')[3]?.payload).toEqual({ topic: 'graph:main', since: 4 });
    for (const seq of [5, 6, 7, 8]) peer.send('concept_update', wireDelta(seq), { topic: 'graph:main', seq });
    await until('everything', () => client.store.get().graph.seq === 8);
    expect(peer.of('subscribe')).toHaveLength(4);
  });

  it('shows an error at the message that it belongs to', async () => {
    peer.answer = (message) => {
      if (message.type === 'user_msg') {
        peer.send('error', { code: 413, reason: 'too_large', message: 'Too long.' }, { correlationId: message.id });
      } else gateway(message);
    };
    client.say('hello', true);
    await until('the error', () => client.store.get().conversation.outgoing[0]?.error === 'Too long.');
  });

  it('says that a message is not for the assistant', async () => {
    client.say('to you all', false);
    await until('the message', () => peer.of('user_msg').length === 1);
    expect(peer.of('user_msg')[0]?.payload).toEqual({ text: 'to you all', assistant: false });
  });

  it('sends where the person points rarely, and the latest', async () => {
    for (const id of ['a', 'b', 'c']) client.select(id);
    await until('a cursor', () => peer.of('cursor').length > 0);
    expect(peer.of('cursor').map((message) => message.payload['concept'])).toEqual(['c']);
  });

  it('tells where the hand is only where somebody else could see it', async () => {
    client.reachTo({ x: 1, y: 2 });
    client.select('a');
    await until('a cursor', () => peer.of('cursor').length === 1);
    const users = ['u1', 'u2'].map((id) => ({ id, name: id, since: 1 }));
    peer.send('presence', { topic: 'graph:main', users, count: 2 }, { topic: 'graph:main' });
    await until('the other is here', () => client.store.get().presence.graph.length === 2);
    client.reachTo({ x: 3, y: 4 });
    client.reachTo({ x: 5, y: 6 });
    await until('the hand', () => peer.of('cursor').length === 2);
    client.reachTo(null);
    await until('the hand is elsewhere', () => peer.of('cursor').length === 3);
    expect(peer.of('cursor').map(({ payload }) => [payload['concept'], payload['x'], payload['y']])).toEqual([
      ['a', 1, 2],
      ['a', 5, 6],
      ['a', undefined, undefined],
    ]);
  });

  it('keeps a document that is given before the first connection', async () => {
    const page = new ItoriClient({ endpoint: peer.endpoint, place: { session: 's9', graph: null }, open, queue: null, backoff: { firstMs: 4, maxMs: 20 } });
    page.ingest('words', 'early.txt');
    expect(page.store.get().ingests).toMatchObject([{ source: 'early.txt', progress: 0, done: null, error: null }]);
    page.start();
    await until('it is sent', () => peer.of('ingest').length === 1);
    expect(peer.of('ingest')[0]).toMatchObject({ topic: 'graph:main', payload: { text: 'words', source: 'early.txt' } });
    page.stop();
  });

  it('moves a concept and pins it in one command', async () => {
    const moved = client.moveConcept('a', 1.5, -2);
    await until('the command', () => peer.of('concept_op').length === 1);
    const [command] = peer.of('concept_op');
    expect(command?.payload['ops']).toEqual([
      { op: 'move', id: 'a', x: 1.5, y: -2 },
      { op: 'pin', id: 'a', pinned: true },
    ]);
    peer.send('ack', { topic: 'graph:main', seq: 5 }, { correlationId: command?.id });
    await expect(moved).resolves.toBe(true);
  });

  it('feeds frames past the state', async () => {
    const before = client.store.get();
    peer.send('phase_frame', { graph: 'main', epoch: 1, frame: 1, t: 0, orderParameter: 0.7, meanPhase: 1, phases: [2] }, { topic: 'field:main' });
    await until('the frame', () => client.phases.latest(0) === 2);
    expect(client.store.get().graph).toBe(before.graph);
  });

  it('keeps what is said before the first connection, and what an earlier page left for this session', async () => {
    const left: StoredCommand = {
      id: 'left',
      createdAt: Date.now(),
      command: { type: 'user_msg', topic: 'session:s9', payload: { text: 'of an earlier page' } },
    };
    const elsewhere: StoredCommand = {
      id: 'elsewhere',
      createdAt: Date.now(),
      command: { type: 'ingest', topic: 'graph:other', payload: { text: 'of another graph' } },
    };
    const document: StoredCommand = {
      id: 'document',
      createdAt: Date.now(),
      command: { type: 'ingest', topic: 'graph:main', payload: { text: 'of this graph', source: 'minutes.txt' } },
    };
    const queue: QueueStore = {
      put: () => Promise.resolve(),
      remove: () => Promise.resolve(),
      adopt: (() => {
        const once = [left, elsewhere, document];
        return () => Promise.resolve(once.splice(0));
      })(),
      close: () => undefined,
    };
    peer.sessionId = 's9';
    peer.answer = (message) => {
      if (message.id === 'document') peer.send('ack', { topic: message.topic, seq: 5, concepts: 3, relations: 2 }, { correlationId: message.id });
      else if (message.type === 'ingest') peer.send('error', { code: 403, reason: 'forbidden', message: 'Not yours.' }, { correlationId: message.id });
      else if (message.type === 'user_msg') peer.send('ack', { topic: message.topic, seq: 2 + peer.of('user_msg').length }, { correlationId: message.id });
      else gateway(message);
    };
    const page = new ItoriClient({ endpoint: peer.endpoint, place: { session: 's9', graph: null }, open, queue, backoff: { firstMs: 4, maxMs: 20 } });
    page.say('before anything', true);
    expect(page.store.get().conversation.outgoing).toMatchObject([{ text: 'before anything', error: null }]);
    page.start();
    await until('both are sent', () => peer.of('user_msg').length === 2);
    expect(peer.of('user_msg').map(({ topic, payload }) => [topic, payload['text']])).toEqual([
      ['session:s9', 'of an earlier page'],
      ['session:s9', 'before anything'],
    ]);
    expect(peer.of('ingest')).toHaveLength(2);
    await until('the document is read', () => page.store.get().ingests[0]?.done?.concepts === 3);
    expect(page.store.get().ingests).toMatchObject([{ source: 'minutes.txt', done: { concepts: 3, relations: 2 }, error: null }]);
    await until('the failure is told', () => page.store.get().conversation.notice === 'Not yours.');
    await until('both are stored', () => page.store.get().conversation.outgoing.every((message) => message.seq !== null));
    page.stop();
  });
});
