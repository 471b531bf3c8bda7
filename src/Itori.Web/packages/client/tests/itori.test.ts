import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { first } from '../examples/first.js';
import { Itori } from '../src/itori.js';
import { open, Peer, until } from './peer.js';
import { forecast, LittleGateway } from './server.js';

describe('Itori', () => {
  let peer: Peer;
  let gateway: LittleGateway;
  let client: Itori;

  beforeEach(async () => {
    peer = await Peer.listen();
    gateway = new LittleGateway(peer);
    client = new Itori({ url: peer.endpoint, session: 's1', open, queue: null, backoff: { firstMs: 4, maxMs: 20 } });
  });
  afterEach(async () => {
    client.close();
    await peer.close();
  });

  it('names a session that nobody can guess where it is given none', () => {
    const ids = [1, 2].map(() => new Itori({ url: peer.endpoint, queue: null }).sessionId);
    expect(ids[0]).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('reads a conversation, hears it go on, and says something', async () => {
    const session = client.session();
    client.connect();
    await until('the transcript', () => session.state.get().known);
    expect(session.state.get().events.map((event) => event.seq)).toEqual([1, 2]);
    gateway.say('three');
    await until('the third', () => session.state.get().seq === 3);
    await expect(session.say('four')).resolves.toMatchObject({ type: 'ack', seq: 4 });
    await until('the fourth, and nothing on its way', () => session.state.get().seq === 4 && session.state.get().outgoing.length === 0);
    expect(peer.urls).toEqual(['/ws?session=s1&graph=main']);
  });

  it('goes on when a listener fails', async () => {
    const told: string[] = [];
    const other = new Itori({ url: peer.endpoint, session: 's1', open, queue: null, onProblem: (error) => told.push(error.message) });
    other.onMessage((message) => {
      if (message.type === 'user_msg') throw new Error('a bug of the page');
    });
    const session = other.session();
    other.connect();
    await until('the transcript', () => session.state.get().known);
    gateway.say('three');
    await until('the third', () => session.state.get().seq === 3);
    expect(told).toEqual(['a bug of the page']);
    other.close();
  });

  it('shows the answer while it is made, and stops it', async () => {
    const session = client.session();
    client.connect();
    await until('the transcript', () => session.state.get().known);
    const more = { topic: 'session:s1' };
    peer.send('thinking_start', { turn: 't1' }, more);
    peer.send('assistant_delta', { turn: 't1', index: 0, text: 'A phase' }, more);
    await until('the piece', () => session.state.get().turn?.pieces[0] === 'A phase');
    void session.cancel().catch(() => undefined);
    await until('cancelled', () => peer.of('cancel')[0]?.payload['turn'] === 't1');
    peer.send('assistant_msg', { turn: 't1', inReplyTo: 2, text: 'A phase', concepts: [], metadata: { model: 'm', finish: 'cancelled' } }, { ...more, seq: 3 });
    await until('the answer', () => session.state.get().seq === 3 && session.state.get().turn === null);
    expect(session.state.get().events.at(-1)).toMatchObject({ type: 'assistant_msg', finish: 'cancelled', model: 'm' });
  });

  it('keeps what failed with its error, for another try', async () => {
    const session = client.session();
    client.connect();
    await until('the transcript', () => session.state.get().known);
    peer.answer = ({ id }) => peer.send('error', { code: 413, reason: 'too_large', message: 'Too long.' }, { correlationId: id });
    await expect(session.say('long')).rejects.toThrow('Too long.');
    await until('the error', () => session.state.get().outgoing[0]?.error === 'Too long.');
    new LittleGateway(peer);
    session.retry(session.state.get().outgoing[0]?.key ?? '');
    await until('said', () => session.state.get().outgoing.length === 0);
  });

  it('builds a graph from its snapshot and the changes since', async () => {
    const graph = client.graph();
    client.connect();
    await until('the snapshot', () => graph.state.get().known);
    for (const id of ['b', 'c', 'd']) gateway.grow(id);
    await until('the changes', () => graph.state.get().seq === 7);
    expect([...graph.state.get().concepts.keys()]).toEqual(['a', 'b', 'c', 'd']);
    await graph.operate([{ op: 'pin', id: 'a', pinned: true }]);
    await graph.ingest('A long document.', 'paper.txt');
    expect(peer.of('ingest')[0]).toMatchObject({ topic: 'graph:main', payload: { text: 'A long document.', source: 'paper.txt' } });
  });

  it('knows who is there and where they point', async () => {
    const graph = client.graph();
    client.connect();
    await until('the snapshot', () => graph.state.get().known);
    const user = { id: 'u2', name: 'Bo', anonymous: true };
    const here = (...users: readonly object[]) => peer.send('presence', { topic: 'graph:main', users }, { topic: 'graph:main' });
    here({ ...user, since: 1 }, { id: 'u1', name: 'Ada', since: 2 });
    peer.send('cursor', { topic: 'graph:main', user, connectionId: 'c', concept: 'a' }, { topic: 'graph:main' });
    await until('the pointer', () => graph.pointers.get().get('u2')?.concept === 'a');
    peer.send('cursor', { topic: 'graph:main', user, connectionId: 'c', x: 3, y: -4, selection: ['a', 'b'] }, { topic: 'graph:main' });
    await until('the place', () => graph.pointers.get().get('u2')?.x === 3);
    expect(graph.pointers.get().get('u2')).toEqual({ user, x: 3, y: -4, selection: ['a', 'b'] });
    expect(graph.presence.get().map((one) => one.name)).toEqual(['Bo', 'Ada']);
    here();
    await until('gone', () => graph.pointers.get().size === 0 && graph.presence.get().length === 0);
    graph.point('a');
    graph.point({ x: 1, y: 2 });
    graph.point(null);
    await until('pointed', () => peer.of('cursor').length === 3);
    expect(peer.of('cursor').map((message) => message.payload)).toEqual([
      { topic: 'graph:main', concept: 'a' },
      { topic: 'graph:main', x: 1, y: 2 },
      { topic: 'graph:main' },
    ]);
  });

  it('follows a field', async () => {
    const field = client.field();
    client.connect();
    await until('subscribed', () => peer.of('subscribe').length === 1);
    gateway.frame(1, [1, 2]);
    gateway.tell('spectral_state', { coherence: 0.5, orderParameter: 0.7 });
    gateway.tell('coherence_forecast', forecast);
    gateway.tell('cluster_alert', [{ cluster_id: 1, eta_sec: 15, concepts: ['a'] }]);
    await until('all of it', () => field.alerts.get().length === 1);
    expect([field.phases.latest(0), field.phases.latest(1)]).toEqual([1, 2]);
    expect(field.spectral.get()?.coherence).toBe(0.5);
    expect(field.forecast.get()?.assessment.status).toBe('warning');
    gateway.tell('cluster_alert', []);
    await until('all is well', () => field.alerts.get().length === 0);
  });

  it('follows a part of a graph, in which only some changes are told', async () => {
    const graph = client.graph('main', { concepts: ['a', 'b'] });
    client.connect();
    await until('the snapshot', () => graph.state.get().known);
    peer.send('progress', { topic: 'graph:main', seq: 9 }, { topic: 'graph:main' });
    gateway.graphSeq = 11;
    gateway.grow('b', 9);
    await until('the change', () => graph.state.get().seq === 12);
    expect([...graph.state.get().concepts.keys()]).toEqual(['a', 'b']);
    expect(peer.of('subscribe')).toHaveLength(1);
  });

  it('draws only the slots that a filtered frame names', async () => {
    const field = client.field('main', { concepts: ['a'] });
    client.connect();
    await until('subscribed', () => peer.of('subscribe').length === 1);
    peer.send('phase_frame', { epoch: 1, frame: 1, phases: [2, 3], slots: [4, 1] }, { topic: 'field:main' });
    await until('the frame', () => field.phases.running);
    expect([0, 1, 2, 3, 4, 5].map((slot) => field.phases.latest(slot))).toEqual([undefined, 3, undefined, undefined, 2, undefined]);
    expect([0, 1].map((slot) => field.phases.at(slot, performance.now() + 1_000))).toEqual([undefined, 3]);
  });

  it('does what the example shows', async () => {
    const lines: string[] = [];
    await first({ url: peer.endpoint, session: 's1', open, queue: null }, (line) => lines.push(line));
    expect(lines).toEqual(['stored as event 3', 'concepts: a']);
  });

  it('asks for a fresh forecast', async () => {
    const field = client.field();
    client.connect();
    await until('subscribed', () => peer.of('subscribe').length === 1);
    const asked = field.refreshForecast();
    await until('asked', () => peer.of('custom_request').length === 1);
    const [request] = peer.of('custom_request');
    expect(request).toMatchObject({ topic: 'field:main', payload: { type: 'refresh_forecast' } });
    peer.send('concept_update', { type: 'forecast_refresh_ack', data: { timestamp: 1 } }, { topic: 'field:main', correlationId: request?.id });
    await expect(asked).resolves.toMatchObject({ type: 'forecast_refresh_ack' });
  });

  it('shares a feed until all who asked for it have given it back', async () => {
    client.connect();
    const [one, other] = [client.graph('g'), client.graph('g')];
    expect(one).toBe(other);
    expect(() => client.graph('g', { maxRate: 1 })).toThrow('another filter');
    await until('subscribed', () => peer.of('subscribe').length === 1);
    client.release(one);
    client.release(other);
    client.release(other);
    await until('left', () => peer.of('unsubscribe').length === 1);
    expect(client.graph('g')).not.toBe(one);
  });
});
