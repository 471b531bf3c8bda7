import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, ServerMessage, User } from '../src/protocol/messages.js';
import { statusOf, type Connection } from '../src/connection.js';
import type { SocketOptions } from '../src/options.js';
import { ItoriSocket } from '../src/socket.js';
import { isLoopback, type Pause, type Surroundings } from '../src/surroundings.js';
import { msgpack, unpackPhases } from '../src/msgpack.js';
import { open, Peer, until } from './peer.js';

/** A page whose visibility and network a test decides. */
class Page implements Surroundings {
  private state: Pause | null = null;
  private readonly listeners = new Set<() => void>();

  readonly pause = () => this.state;
  readonly listen = (changed: () => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  become(state: Pause | null): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  get watched(): boolean {
    return this.listeners.size > 0;
  }
}

const say = (text: string): Command => ({ type: 'user_msg', topic: 'session:s1', payload: { text } });

describe('a connection', () => {
  let peer: Peer;
  let page: Page;
  let socket: ItoriSocket;
  let states: Connection[];
  let messages: ServerMessage[];
  let users: User[];
  let problems: string[];
  /** For addresses that need a network. */
  let address: (() => string) | null;

  const make = (options: Partial<SocketOptions> = {}) => {
    socket = new ItoriSocket(
      {
        url: () => address?.() ?? peer.endpoint,
        open: (_, protocols) => open(peer.endpoint, protocols),
        surroundings: page,
        random: () => 0.999_999,
        ...options,
      },
      {
        connection: (state) => states.push(state),
        ready: (_, user) => users.push(user),
        message: (message) => messages.push(message),
        problem: (error) => problems.push(error.message),
      },
    );
    socket.connect();
  };
  const state = () => states.at(-1);
  const isOpen = () => until('open', () => state()?.state === 'open');
  const delay = () => {
    const last = state();
    return last?.state === 'connecting' && last.retryAt !== undefined ? last.retryAt - Date.now() : null;
  };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    page = new Page();
    [states, messages, users, problems, address] = [[], [], [], [], null];
    peer = await Peer.listen();
  });
  afterEach(async () => {
    socket.close();
    await peer.close();
    vi.useRealTimers();
  });

  const failures = async (count: number) => {
    const delays: number[] = [];
    for (let failure = 0; failure < count; failure++) {
      await until('a wait', () => delay() !== null);
      delays.push(Math.round(delay() ?? 0));
      vi.advanceTimersByTime(delays.at(-1) ?? 0);
      await until('the next try', () => delay() === null);
    }
    return delays;
  };

  it('waits longer after each failure, up to 30 s', async () => {
    peer.refuses = true;
    make();
    expect(await failures(11)).toEqual([1000, 1500, 2250, 3375, 5062, 7594, 11391, 17086, 25629, 30000, 30000]);
  });

  it('begins with short waits again only after a stable while', async () => {
    make();
    await isOpen();
    const losses = async () => {
      const before = states.length;
      peer.drop();
      await until('the loss', () => states.length > before && delay() !== null);
      const waited = Math.round(delay() ?? 0);
      vi.advanceTimersByTime(waited);
      await isOpen();
      return waited;
    };
    expect([await losses(), await losses(), await losses()]).toEqual([1000, 1500, 2250]);
    vi.advanceTimersByTime(4_900);
    expect(await losses()).toBe(3375);
    vi.advanceTimersByTime(5_000);
    expect(await losses()).toBe(1000);
  });

  it.each(['hidden', 'offline'] as const)('makes no try while %s, and one at once when that ends', async (pause) => {
    address = () => 'wss://itori.example/ws';
    make();
    await isOpen();
    page.become(pause);
    peer.drop();
    await until('paused', () => state()?.state === 'connecting');
    expect(state()).toMatchObject({ paused: pause });
    vi.advanceTimersByTime(3_600_000);
    expect(peer.connections).toBe(1);
    page.become(null);
    await isOpen();
    expect(peer.connections).toBe(2);
  });

  it('pauses a wait that is running, and cuts one short when people come back', async () => {
    peer.refuses = true;
    make();
    await until('a wait', () => delay() !== null);
    page.become('hidden');
    vi.advanceTimersByTime(60_000);
    expect(state()).toMatchObject({ paused: 'hidden' });
    peer.refuses = false;
    page.become(null);
    await isOpen();
  });

  it('does not need a network to reach its own machine', async () => {
    make();
    await isOpen();
    page.become('offline');
    peer.drop();
    await until('a wait', () => delay() !== null);
    expect(['ws://localhost:8000/ws', 'ws://127.0.0.1/ws', 'ws://[::1]:1/ws', 'ws://a.localhost/ws'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(['wss://www.itori.ai/ws', 'ws://10.0.0.1/ws', 'ws://127.example.org/ws', 'nonsense'].map(isLoopback)).toEqual([false, false, false, false]);
  });

  it('asks a connection that was asleep whether it lives', async () => {
    make();
    await isOpen();
    peer.answersPings = false;
    page.become('hidden');
    page.become(null);
    await until('a ping', () => peer.of('ping').length === 1);
    vi.advanceTimersByTime(5_000);
    await until('taken for dead', () => state()?.state === 'connecting');
    expect(state()).toMatchObject({ reason: 'The connection went silent.' });
  });

  it('notices a dead peer by its heartbeat', async () => {
    peer.heartbeatMs = 15_000;
    make();
    await isOpen();
    for (let beat = 1; beat <= 3; beat++) {
      vi.advanceTimersByTime(15_000);
      await until('a round trip', () => peer.of('ping').length === beat && states.filter((one) => one.state === 'open' && one.rttMs !== null).length >= beat);
    }
    expect(peer.connections).toBe(1);
    peer.answersPings = false;
    vi.advanceTimersByTime(15_000);
    await until('a ping', () => peer.of('ping').length === 4);
    vi.advanceTimersByTime(5_000);
    await until('dropped', () => state()?.state === 'connecting');
  });

  it('connects anew when told to, open or not', async () => {
    make();
    await isOpen();
    socket.reconnect();
    vi.advanceTimersByTime(0);
    await until('a second connection', () => peer.connections === 2);
    await isOpen();
    socket.disconnect();
    expect(state()).toMatchObject({ state: 'closed' });
    expect(page.watched).toBe(false);
    socket.reconnect();
    await isOpen();
    expect(peer.connections).toBe(3);
  });

  it('stays away where the server says that this client does wrong', async () => {
    make();
    await isOpen();
    peer.drop(1008);
    await until('closed', () => state()?.state === 'closed');
    vi.advanceTimersByTime(3_600_000);
    expect(peer.connections).toBe(1);
  });

  it('is shown as lost after some failures, though it goes on trying', async () => {
    peer.refuses = true;
    make();
    expect(statusOf(state() ?? { state: 'closed', reason: '' })).toBe('connecting');
    await failures(5);
    await until('lost', () => delay() !== null && statusOf(state() as Connection) === 'disconnected');
    peer.refuses = false;
    vi.advanceTimersByTime(30_000);
    await isOpen();
  });

  describe('with a token', () => {
    const success = (expiresAt?: number) => ({
      type: 'auth_success',
      payload: { user: { id: 'ada', name: 'Ada', anonymous: false }, ...(expiresAt === undefined ? {} : { expiresAt }) },
    });
    const failure = { type: 'auth_failure', payload: { code: 401, reason: 'bad_token', message: 'It has expired.' } };
    beforeEach(() => {
      peer.heartbeatMs = 1e9;
    });
    const tokens = () => peer.of('auth').map((message) => message.payload['token']);

    it('renews it before it ends, over the same connection', async () => {
      const reasons: string[] = [];
      peer.authenticate = () => success(Date.now() + 600_000);
      make({
        token: (reason) => {
          reasons.push(reason);
          return `t${reasons.length}`;
        },
      });
      await isOpen();
      vi.advanceTimersByTime(539_000);
      expect(tokens()).toEqual(['t1']);
      vi.advanceTimersByTime(1_000);
      await until('renewed', () => tokens().length === 2);
      expect(tokens()).toEqual(['t1', 't2']);
      expect(reasons).toEqual(['connect', 'renew']);
      expect(peer.connections).toBe(1);
    });

    it('asks once more where the server does not take it', async () => {
      peer.authenticate = (payload) => (payload['token'] === 'fresh' ? success() : failure);
      make({ token: (reason) => Promise.resolve(reason === 'refused' ? 'fresh' : 'stale') });
      await isOpen();
      expect(tokens()).toEqual(['stale', 'fresh']);
      expect(users.at(-1)).toMatchObject({ id: 'ada' });
    });

    it('ends where no token is taken', async () => {
      peer.authenticate = () => failure;
      make({ token: () => 'stale' });
      await until('closed', () => state()?.state === 'closed');
      expect(state()).toEqual({ state: 'closed', reason: 'It has expired.' });
      expect(tokens()).toEqual(['stale', 'stale']);
    });

    it('tries again later when there is no token to be had now', async () => {
      let asked = 0;
      make({
        token: () => {
          asked += 1;
          if (asked === 1) throw new Error('The identity server is away.');
          return 'token';
        },
      });
      await until('a wait', () => delay() !== null);
      expect(state()).toMatchObject({ reason: 'The identity server is away.' });
      vi.advanceTimersByTime(1_000);
      await isOpen();
    });

    it('goes on with the old one until a renewal works', async () => {
      let away = false;
      peer.authenticate = () => success(Date.now() + 600_000);
      make({
        token: () => {
          if (away) throw new Error('The identity server is away.');
          return 'token';
        },
      });
      await isOpen();
      away = true;
      vi.advanceTimersByTime(540_000);
      await until('told', () => problems.length === 1);
      away = false;
      vi.advanceTimersByTime(15_000);
      await until('renewed', () => tokens().length === 2);
      expect(peer.connections).toBe(1);
    });

    it('sends a command again that came after the token had ended', async () => {
      let valid = true;
      peer.answer = ({ type, id }) => {
        if (type !== 'user_msg') return;
        if (valid) peer.send('ack', { topic: 'session:s1', seq: 1 }, { correlationId: id });
        else peer.send('error', { code: 401, reason: 'unauthenticated', message: 'Sign in.', retryAfterMs: 50 }, { correlationId: id });
      };
      peer.authenticate = () => {
        valid = true;
        return success();
      };
      make({ token: () => 'token' });
      await isOpen();
      valid = false;
      const reply = socket.send(say('late'));
      await until('signed in again', () => tokens().length === 2);
      vi.advanceTimersByTime(50);
      await expect(reply).resolves.toMatchObject({ seq: 1 });
    });
  });

  describe('with MessagePack', () => {
    const both = ['itori.v1.msgpack', 'itori.v1.json'];
    const bytes = (...phases: readonly number[]) => {
      const view = new DataView(new ArrayBuffer(2 * phases.length));
      phases.forEach((phase, slot) => view.setUint16(2 * slot, Math.round((phase / (2 * Math.PI)) * 65_536) % 65_536, true));
      return new Uint8Array(view.buffer);
    };

    it('prefers it where the server speaks it', async () => {
      await peer.close();
      peer = await Peer.listen(0, both);
      peer.answer = ({ type, id, payload }) => type === 'user_msg' && peer.send('ack', { topic: 'session:s1', seq: String(payload['text']).length }, { correlationId: id });
      make({ codecs: [msgpack] });
      await isOpen();
      expect(peer.protocol).toBe('itori.v1.msgpack');
      await expect(socket.send(say('wörds'))).resolves.toMatchObject({ seq: 5 });
    });

    it('speaks JSON with a server that does not', async () => {
      make({ codecs: [msgpack] });
      await isOpen();
      expect(peer.protocol).toBe('itori.v1.json');
    });

    it('unpacks the phases of a frame', async () => {
      await peer.close();
      peer = await Peer.listen(0, both);
      make({ codecs: [msgpack] });
      await isOpen();
      peer.send('phase_frame', { graph: 'main', epoch: 1, frame: 1, t: 0, orderParameter: 1, meanPhase: 0, phases: bytes(0, 1, 6.2) }, { topic: 'field:main' });
      await until('the frame', () => messages.length === 1);
      const [frame] = messages;
      if (frame?.type !== 'phase_frame') throw new Error('no frame');
      expect(frame.phases).toHaveLength(3);
      [0, 1, 6.2].forEach((phase, slot) => expect(Math.abs((frame.phases[slot] ?? 9) - phase)).toBeLessThan(Math.PI / 65_536));
    });

    it('refuses half a phase', () => {
      expect(() => unpackPhases(new Uint8Array(3))).toThrow('odd length');
      expect([...unpackPhases(new Uint8Array([9, 0, 0x80]).subarray(1))]).toEqual([Math.PI]);
    });
  });
});
