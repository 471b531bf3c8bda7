import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Itori } from '../src/itori.js';
import type { Hole, TopicFilter, Watch } from '../src/topics.js';
import { open, Peer, until, type Received } from './peer.js';

describe('Topics', () => {
  let peer: Peer;
  let client: Itori;
  const holes: Hole[] = [];
  const seen: number[] = [];
  const begun: boolean[] = [];

  /** A server whose topic is at `head`; its events since are told right behind `subscribed`. */
  const server = (head: () => number) => (message: Received) => {
    if (message.type !== 'subscribe') return;
    const since = message.payload['since'];
    const { topic } = message.payload;
    peer.send('subscribed', { topic, seq: head(), recovered: since !== undefined }, { correlationId: message.id, topic });
    if (typeof since === 'number') for (let seq = since + 1; seq <= head(); seq++) event(seq);
  };
  const event = (seq: number) => peer.send('user_msg', { text: `t${seq}`, user: { id: 'u', name: 'U' } }, { topic: 'session:s1', seq });
  const watch = (filter: TopicFilter = {}, since?: number): Watch =>
    client.watch(
      'session:s1',
      { event: (message) => message.type === 'user_msg' && seen.push(message.seq), subscribed: (reply) => begun.push(reply.recovered) },
      filter,
      since,
    );
  const asked = () => peer.of('subscribe').map((message) => message.payload);

  beforeEach(async () => {
    for (const list of [holes, seen, begun]) list.length = 0;
    peer = await Peer.listen();
    client = new Itori({ url: peer.endpoint, session: 's1', open, queue: null, backoff: { firstMs: 4, maxMs: 20 }, onHole: (hole) => holes.push(hole) });
    client.connect();
  });
  afterEach(async () => {
    client.close();
    await peer.close();
  });

  it('hand on each durable event once, in order, over any number of connections', async () => {
    let head = 5;
    peer.answer = server(() => head);
    const subscription = watch();
    await until('subscribed', () => begun.length === 1);
    for (let round = 0; round < 4; round++) {
      event(++head);
      event(head);
      await until('the event', () => subscription.seq === head);
      head += 2; // Said while nobody is connected.
      peer.drop();
      await until('resumed', () => subscription.seq === head);
    }
    expect(seen).toEqual([...Array(12).keys()].map((number) => number + 6));
    expect(asked().map((payload) => payload['since'])).toEqual([undefined, 6, 9, 12, 15]);
    expect(holes).toEqual([]);
  });

  it('report a hole and heal it, with nothing behind it before', async () => {
    let head = 2;
    peer.answer = server(() => head);
    watch();
    await until('subscribed', () => begun.length === 1);
    head = 5;
    event(4);
    event(5);
    await until('healed', () => seen.length === 3);
    expect(seen).toEqual([3, 4, 5]);
    expect(holes).toEqual([{ topic: 'session:s1', expected: 3, got: 4 }]);
    expect(asked().at(-1)).toEqual({ topic: 'session:s1', since: 2 });
  });

  it('begin anew when repairs do not help', async () => {
    peer.answer = (message) => {
      if (message.type !== 'subscribe') return;
      const { topic, since } = message.payload;
      peer.send('subscribed', { topic, seq: since ?? 9, recovered: since !== undefined }, { correlationId: message.id });
      if (since !== undefined) event(7); // A server that has lost 3 to 6 and does not know it.
    };
    watch({}, 2);
    await until('begun anew', () => begun.includes(false));
    expect(asked().at(-1)).toEqual({ topic: 'session:s1' });
    event(10);
    await until('the next event', () => seen.includes(10));
    expect(seen).toEqual([10]);
  });

  it('continue from an earlier life', async () => {
    peer.answer = server(() => 3);
    watch({}, 1);
    await until('the events since', () => seen.length === 2);
    expect(seen).toEqual([2, 3]);
  });

  it('pass filters on, and know from each event what it follows on', async () => {
    peer.answer = server(() => 1);
    const filter = { types: ['user_msg'], concepts: ['c1'], maxRate: 2 };
    const subscription = watch(filter);
    await until('subscribed', () => begun.length === 1);
    expect(asked()).toEqual([{ topic: 'session:s1', ...filter }]);
    const passed = (seq: number, prev: number) => peer.send('user_msg', { text: 't', user: { id: 'u', name: 'U' } }, { topic: 'session:s1', seq, prev });
    passed(4, 1);
    peer.send('progress', { topic: 'session:s1', seq: 7 }, { topic: 'session:s1' });
    passed(9, 7);
    passed(9, 7);
    await until('the events', () => seen.length === 2);
    expect(holes).toEqual([]);
    passed(20, 15);
    await until('asked again', () => asked().length === 2);
    expect(seen).toEqual([4, 9]);
    expect(holes).toEqual([{ topic: 'session:s1', expected: 10, got: 20 }]);
    expect(asked()[1]).toEqual({ topic: 'session:s1', ...filter, since: 9 });
    expect(subscription.seq).toBe(9);
  });

  it('subscribe to sessions before graphs before fields, whatever order they were asked for in', async () => {
    peer.greets = false;
    peer.drop();
    client.field();
    client.graph();
    client.session();
    peer.greets = true;
    peer.drop();
    client.reconnect();
    await until('all', () => asked().length >= 3);
    expect(asked().slice(-3).map((payload) => payload['topic'])).toEqual(['session:s1', 'graph:main', 'field:main']);
  });

  it('ask again where the server is busy, and tell of a refusal that lasts', async () => {
    let asks = 0;
    const refused: string[] = [];
    peer.answer = (message) => {
      asks += 1;
      const error = asks < 3 ? { code: 503, reason: 'overloaded', message: 'later', retryAfterMs: 2 } : { code: 403, reason: 'forbidden', message: 'no' };
      peer.send('error', error, { correlationId: message.id });
    };
    client.watch('graph:g', { event: () => undefined, refused: (error) => refused.push(error.error.reason) });
    await until('refused', () => refused.length === 1);
    expect(asks).toBe(3);
    expect(refused).toEqual(['forbidden']);
  });

  it('refuse to watch a topic twice, and leave it when told', async () => {
    peer.answer = server(() => 0);
    const first = watch();
    expect(() => watch()).toThrow('watched already');
    await until('subscribed', () => begun.length === 1);
    first.close();
    await until('left', () => peer.of('unsubscribe').length === 1);
    event(1);
    watch();
    await until('subscribed again', () => begun.length === 2);
    expect(seen).toEqual([]);
  });
});
