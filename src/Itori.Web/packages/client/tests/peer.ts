import type { AddressInfo } from 'node:net';
import { decode as unpack, encode as pack } from '@msgpack/msgpack';
import { WebSocket as WsClient, WebSocketServer, type WebSocket as WsSocket } from 'ws';
import { isObject, type JsonObject } from '../src/protocol/fields.js';

/** What the peer got, and over which connection (1, 2, 3…). */
export interface Received {
  readonly connection: number;
  readonly type: string;
  readonly id: string;
  readonly topic: string;
  readonly payload: JsonObject;
}

type Answer = (message: Received, peer: Peer) => void;

/** A server on loopback that speaks the protocol's handshake and leaves everything else to the test. */
export class Peer {
  readonly received: Received[] = [];
  readonly urls: string[] = [];
  connections = 0;
  heartbeatMs = 60_000;
  maxMessageBytes = 1 << 20;
  sessionId = 's1';
  /** Called for every message but `auth`. */
  answer: Answer = () => undefined;
  /** Whether `welcome` and `auth_success` are sent. */
  greets = true;
  answersPings = true;
  /** Whether connections are cut before anything is said. */
  refuses = false;
  /** What `auth` is answered with; null: nothing. */
  authenticate: (payload: JsonObject) => { readonly type: string; readonly payload: object } | null = () => ({
    type: 'auth_success',
    payload: { user: { id: 'u1', name: 'Ada', anonymous: true } },
  });
  private current: WsSocket | null = null;

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket, request) => {
      if (this.refuses) {
        socket.terminate();
        return;
      }
      this.connections += 1;
      const connection = this.connections;
      this.current = socket;
      this.urls.push(request.url ?? '');
      socket.on('message', (data: Buffer, binary) => {
        // Answers go to whoever asked last.
        this.current = socket;
        this.take(connection, binary ? unpack(data) : JSON.parse(String(data)));
      });
      if (this.greets) this.greet();
    });
  }

  /** `speaks`: the subprotocols that it knows; the client's first one of these is taken. */
  static async listen(port = 0, speaks: readonly string[] = ['itori.v1.json']): Promise<Peer> {
    const choose = (offered: Set<string>) => [...offered].find((one) => speaks.includes(one)) ?? false;
    const server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: choose });
    await new Promise((resolve) => server.once('listening', resolve));
    return new Peer(server);
  }

  /** How many connections there are now. */
  get open(): number {
    return this.server.clients.size;
  }

  /** The subprotocol of the last connection. */
  get protocol(): string {
    return this.current?.protocol ?? '';
  }

  get endpoint(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws`;
  }

  send(type: string, payload: object, more: object = {}): void {
    const message = { v: 1, type, kind: type, timestamp: Date.now(), payload, ...more };
    this.current?.send(this.current.protocol === 'itori.v1.msgpack' ? pack(message) : JSON.stringify(message));
  }

  /** Closes with a code, as a server does; without one the connection just breaks. */
  drop(code?: number): void {
    if (code === undefined) this.current?.terminate();
    else this.current?.close(code);
  }

  of(type: string): readonly Received[] {
    return this.received.filter((message) => message.type === type);
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private greet(): void {
    this.send('welcome', {
      connectionId: `c${this.connections}`,
      sessionId: this.sessionId,
      graphId: 'main',
      user: { id: 'u1', name: 'Ada', anonymous: true },
      heartbeatMs: this.heartbeatMs,
      maxMessageBytes: this.maxMessageBytes,
      version: '1',
    });
  }

  private take(connection: number, envelope: unknown): void {
    if (!isObject(envelope)) throw new Error('not an object');
    const payload = isObject(envelope['payload']) ? envelope['payload'] : {};
    const topic = typeof envelope['topic'] === 'string' ? envelope['topic'] : '';
    const message = { connection, type: String(envelope['type']), id: String(envelope['id'] ?? ''), topic, payload };
    this.received.push(message);
    if (message.type === 'auth') {
      const reply = this.greets ? this.authenticate(payload) : null;
      if (reply !== null) this.send(reply.type, reply.payload, { correlationId: message.id });
    } else if (message.type === 'ping' && this.answersPings) {
      this.send('ping_response', { timestamp: payload['timestamp'] }, { correlationId: message.id });
    } else this.answer(message, this);
  }
}

/** The `ws` client has the browser's interface in what the socket uses. */
export function open(url: string, protocols: string[]): WebSocket {
  return new WsClient(url, protocols) as unknown as WebSocket;
}

// Taken before any test puts false ones in their place.
const realNow = performance.now.bind(performance);
const realImmediate = setImmediate;

/** Waits on a condition, in real time; says what was expected when it does not come. */
export async function until(what: string, condition: () => boolean, limitMs = 10_000): Promise<void> {
  const end = realNow() + limitMs;
  while (!condition()) {
    if (realNow() > end) throw new Error(`after ${limitMs} ms still not: ${what}`);
    await new Promise((resolve) => realImmediate(resolve));
  }
}
