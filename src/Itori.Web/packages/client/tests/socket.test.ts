import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Backoff, defaultBackoff } from '../src/backoff.js';
import type { Command, ServerMessage } from '../src/protocol/messages.js';
import type { Connection } from '../src/connection.js';
import type { SocketOptions } from '../src/options.js';
import { ItoriSocket } from '../src/socket.js';
import { open, Peer, until } from './peer.js';

const say = (text: string): Command => ({ type: 'user_msg', topic: 'session:s1', payload: { text, assistant: true } });

describe('ItoriSocket', () => {
  let peer: Peer;
  let socket: ItoriSocket;
  let states: Connection[];
  let messages: ServerMessage[];

  const make = (options: Partial<SocketOptions> = {}) => {
    states = [];
    messages = [];
    socket = new ItoriSocket(
      { url: () => peer.endpoint, open, backoff: { firstMs: 4, maxMs: 20, maxAttempts: 50 }, ...options },
      { connection: (state) => states.push(state), ready: () => undefined, message: (message) => messages.push(message) },
    );
    socket.connect();
  };
  const state = () => states.at(-1)?.state;
  const isOpen = () => until('open', () => state() === 'open');

  beforeEach(async () => {
    peer = await Peer.listen();
  });
  afterEach(async () => {
    socket.close();
    await peer.close();
  });

  it('signs in before it counts as open', async () => {
    peer.greets = false;
    make();
    await until('connected', () => peer.connections === 1);
    expect(state()).toBe('connecting');
    peer.greets = true;
    peer.drop();
    await isOpen();
    expect(peer.of('auth')).toHaveLength(1);
  });

  it('resolves a command with the reply that carries its id', async () => {
    peer.answer = ({ type, id }) => type === 'user_msg' && peer.send('ack', { topic: 'session:s1', seq: 7 }, { correlationId: id });
    make();
    await expect(socket.send(say('hello'))).resolves.toMatchObject({ type: 'ack', seq: 7 });
  });

  it('sends an unanswered command again over the next connection with the same id', async () => {
    peer.answer = ({ type, id, connection }) => {
      if (type !== 'user_msg') return;
      if (connection === 1) peer.drop();
      else peer.send('ack', { topic: 'session:s1', seq: 1 }, { correlationId: id });
    };
    make();
    await expect(socket.send(say('once'))).resolves.toMatchObject({ seq: 1 });
    const [first, second] = peer.of('user_msg');
    expect(second?.id).toBe(first?.id);
    expect(second?.connection).toBe(2);
  });

  it('keeps the order of commands given while it was away', async () => {
    peer.greets = false;
    make();
    const sent = [1, 2, 3, 4].map((number) => socket.send(say(String(number))));
    peer.answer = ({ id }) => peer.send('ack', {}, { correlationId: id });
    await until('connected', () => peer.connections === 1);
    expect(peer.of('user_msg')).toHaveLength(0);
    peer.greets = true;
    peer.drop();
    await Promise.all(sent);
    expect(peer.of('user_msg').map((message) => message.payload['text'])).toEqual(['1', '2', '3', '4']);
  });

  it('lets nothing overtake a command that a server could not take yet', async () => {
    const taken: unknown[] = [];
    let refusals = 3;
    peer.answer = ({ id, payload }) => {
      if (refusals > 0) {
        refusals -= 1;
        peer.send('error', { code: 503, reason: 'unavailable', message: 'not yet', retryAfterMs: 2 }, { correlationId: id });
      } else {
        taken.push(payload['text']);
        peer.send('ack', {}, { correlationId: id });
      }
    };
    make();
    const texts = Array.from({ length: 40 }, (_, number) => `m${number}`);
    await Promise.all(texts.map((text) => socket.send(say(text))));
    expect(taken).toEqual(texts);
  });

  it('never has more than 32 commands on their way', async () => {
    const waiting: string[] = [];
    let most = 0;
    peer.answer = ({ id }) => {
      waiting.push(id);
      most = Math.max(most, waiting.length);
      setTimeout(() => peer.send('ack', {}, { correlationId: waiting.shift() }), 3);
    };
    make();
    await Promise.all(Array.from({ length: 150 }, (_, number) => socket.send(say(`m${number}`))));
    expect(most).toBeGreaterThan(8);
    expect(most).toBeLessThanOrEqual(32);
  });

  it('refuses more commands than its queue holds', async () => {
    peer.greets = false;
    make({ outbox: { capacity: 2 } });
    const kept = [socket.send(say('a')), socket.send(say('b'))];
    await expect(socket.send(say('c'))).rejects.toMatchObject({ reason: 'queue_full' });
    socket.close();
    for (const one of kept) await expect(one).rejects.toMatchObject({ reason: 'closed' });
  });

  it('refuses a command over the server’s limit instead of being closed for it for ever', async () => {
    peer.maxMessageBytes = 500;
    make();
    await isOpen();
    await expect(socket.send(say('x'.repeat(600)))).rejects.toMatchObject({ reason: 'too_large' });
    expect(peer.of('user_msg')).toHaveLength(0);
  });

  it('tries a command again after a temporary error, and passes a lasting one on', async () => {
    let refusals = 0;
    peer.answer = ({ type, id, payload }) => {
      if (type !== 'user_msg') return;
      if (payload['text'] === 'bad') peer.send('error', { code: 400, reason: 'bad_field', message: 'no' }, { correlationId: id });
      else if (refusals++ < 2) peer.send('error', { code: 503, reason: 'overloaded', message: 'later', retryAfterMs: 3 }, { correlationId: id });
      else peer.send('ack', { seq: 1 }, { correlationId: id });
    };
    make();
    await expect(socket.send(say('good'))).resolves.toMatchObject({ type: 'ack' });
    expect(new Set(peer.of('user_msg').map((message) => message.id)).size).toBe(1);
    await expect(socket.send(say('bad'))).rejects.toMatchObject({ error: { reason: 'bad_field' } });
  });

  it('comes back when the server is silent after a ping', async () => {
    peer.heartbeatMs = 10;
    peer.answersPings = false;
    make({ pongTimeoutMs: 20 });
    await until('a second connection', () => peer.connections >= 2);
    expect(peer.of('ping').length).toBeGreaterThan(0);
  });

  it('measures the round trip by its heartbeat', async () => {
    peer.heartbeatMs = 5;
    make();
    await until('a round trip', () => states.some((one) => one.state === 'open' && one.rttMs !== null));
    expect(peer.connections).toBe(1);
  });

  it('follows a reconnect message and stays usable until then', async () => {
    make();
    await isOpen();
    peer.send('reconnect', { reason: 'draining', afterMs: 40 });
    peer.answer = ({ type, id }) => type === 'user_msg' && peer.send('ack', {}, { correlationId: id });
    await socket.send(say('still here'));
    expect(peer.of('user_msg')[0]?.connection).toBe(1);
    await until('a second connection', () => peer.connections === 2);
    await isOpen();
  });

  it('gives up after so many failures and starts again when told to', async () => {
    const { endpoint } = peer;
    await peer.close();
    make({ url: () => endpoint, backoff: { firstMs: 1, maxMs: 2, maxAttempts: 3 } });
    await until('closed', () => state() === 'closed');
    const attempts = states.flatMap((one) => (one.state === 'connecting' ? [one.attempt] : []));
    expect(Math.max(...attempts)).toBe(3);
    peer = await Peer.listen(Number(new URL(endpoint).port));
    socket.connect();
    await isOpen();
  });

  it('gives up when the server does not sign it in', async () => {
    peer.greets = false;
    make();
    await until('connected', () => peer.connections === 1);
    peer.send('welcome', { connectionId: 'c', sessionId: 's', graphId: 'g', user: { id: 'u', name: 'n' }, heartbeatMs: 9, maxMessageBytes: 9 });
    await until('auth', () => peer.of('auth').length === 1);
    peer.send('auth_failure', { code: 401, reason: 'unauthenticated', message: 'Sign in first.' }, { correlationId: peer.of('auth')[0]?.id });
    await until('closed', () => state() === 'closed');
    expect(states.at(-1)).toEqual({ state: 'closed', reason: 'Sign in first.' });
  });

  it('survives frames that it cannot read', async () => {
    make();
    await isOpen();
    peer.send('concept_update', {});
    peer.send('a_type_of_tomorrow', { x: 1 });
    peer.send('thinking_start', { turn: 't' }, { topic: 'session:s1' });
    await until('the readable one', () => messages.some((message) => message.type === 'thinking_start'));
    expect(peer.connections).toBe(1);
  });

  it('rejects a request whose connection is lost', async () => {
    make();
    await isOpen();
    const asked = socket.request({ type: 'history', payload: { topic: 'session:s1', limit: 1 } });
    peer.drop();
    await expect(asked).rejects.toMatchObject({ reason: 'disconnected' });
  });
});

describe('Backoff', () => {
  const options = { firstMs: 1_000, factor: 1.5, maxMs: 30_000, maxAttempts: 12 };

  it('spreads each delay from nothing to a limit that grows by half up to 30 s', () => {
    const least = new Backoff(options, () => 0);
    const most = new Backoff(options, () => 1);
    const delays = Array.from({ length: 12 }, () => [least.next(), most.next()]);
    expect(delays.map(([low]) => low)).toEqual(Array(12).fill(0));
    expect(delays.slice(0, 4).map(([, high]) => high)).toEqual([1_000, 1_500, 2_250, 3_375]);
    expect(delays.slice(-3).map(([, high]) => high)).toEqual([30_000, 30_000, 30_000]);
  });

  it('never gives up by default', () => {
    const backoff = new Backoff(defaultBackoff, () => 1);
    for (let failure = 0; failure < 5_000; failure++) expect(backoff.next()).toBeLessThanOrEqual(30_000);
  });

  it('ends after its attempts and begins anew when reset', () => {
    const backoff = new Backoff({ ...options, maxAttempts: 1 }, () => 0.5);
    expect(backoff.next()).toBe(500);
    expect(backoff.next()).toBeNull();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });
});
