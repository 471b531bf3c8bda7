import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Itori } from '../itori.js';
import { UnsentError, type Reply } from '../outbox.js';
import type { Command, WireMessage } from '../protocol/messages.js';
import { statusOf, type Status } from '../connection.js';
import { hold, useMaybeItori, useStore } from './context.js';

/** A message with its fields in a payload or beside its type, under either of the protocol's names. */
export type LooseMessage = { readonly type?: string; readonly kind?: string; readonly payload?: object } & Readonly<Record<string, unknown>>;

export interface AlanSocket {
  readonly status: Status;
  /**
   * `send('user_msg', { text })` or `send({ type: 'ping', timestamp })`. What changes something is kept until the server has it, also while there is no connection, and resolves to
   * the server's reply; anything else is sent once, and rejects without a connection. The result may be ignored.
   */
  readonly send: {
    (message: LooseMessage): Promise<Reply | undefined>;
    (type: string, payload?: object): Promise<Reply | undefined>;
  };
  /** Connects anew now. */
  readonly reconnect: () => void;
  /** Asks whether the server is there; the answer is a `ping_response` among the messages. */
  readonly ping: () => void;
}

/**
 * One socket for a component that wants messages and nothing else. Its client is that of the `ItoriProvider` above; without one, all components of a page share one for each
 * address. `onMessage` gets every message as it came and does not render the component.
 */
export function useAlanSocket(onMessage?: (message: WireMessage) => void, options: { readonly url?: string } = {}): AlanSocket {
  const provided = useMaybeItori();
  const url = options.url ?? defaultUrl();
  const client = useMemo(() => provided ?? shared(url), [provided, url]);

  useEffect(() => (client === provided ? undefined : hold(client)), [client, provided]);
  const latest = useRef(onMessage);
  useEffect(() => {
    latest.current = onMessage;
  });
  useEffect(() => client.onMessage((message) => latest.current?.(message)), [client]);

  const status = statusOf(useStore(client.connection));
  const send = useCallback(
    (message: LooseMessage | string, payload?: object) => {
      const sent = dispatch(client, typeof message === 'string' ? { type: message, payload: payload ?? {} } : message);
      // Whoever ignores the result must not be punished for it.
      sent.catch(() => undefined);
      return sent;
    },
    [client],
  );
  const reconnect = useCallback(() => client.reconnect(), [client]);
  const ping = useCallback(() => client.ping(), [client]);
  return useMemo(() => ({ status, send, reconnect, ping }), [status, send, reconnect, ping]);
}

/** `VITE_WS_URL`, then `VITE_ITORI_WS_URL`, then a server on this machine. */
export function defaultUrl(): string {
  // As bundlers want it, which put a value in its place; without a bundler there is none.
  const env: Readonly<Record<string, string | undefined>> = import.meta.env ?? {};
  return env['VITE_WS_URL'] || env['VITE_ITORI_WS_URL'] || 'ws://localhost:8000/ws';
}

/** One for each address that the page names; kept, so that what one component sent is not forgotten when it goes. */
const clients = new Map<string, Itori>();

function shared(url: string): Itori {
  let client = clients.get(url);
  if (client === undefined) {
    client = new Itori({ url });
    clients.set(url, client);
  }
  return client;
}

const ENVELOPE = new Set(['v', 'type', 'kind', 'id', 'topic', 'timestamp', 'payload', 'correlationId', 'seq']);

function dispatch(client: Itori, message: LooseMessage): Promise<Reply | undefined> {
  const type = message.type ?? message.kind ?? '';
  const home = topicOf(client, type);
  if (home === null) {
    return client.notify({ ...message, type }) ? Promise.resolve(undefined) : Promise.reject(new UnsentError('disconnected', 'Not connected.'));
  }
  const beside = Object.fromEntries(Object.entries(message).filter(([name]) => !ENVELOPE.has(name)));
  const topic = typeof message['topic'] === 'string' ? message['topic'] : home;
  // The server checks what it holds: any fault comes back as an error.
  const command = { type, topic, payload: message.payload ?? beside } as unknown as Command;
  const { id } = message;
  return typeof id === 'string' ? client.send(command, id) : client.send(command);
}

/** Where a command goes by default; null: the message is no command. */
function topicOf(client: Itori, type: string): string | null {
  switch (type) {
    case 'user_msg':
    case 'delete_msg':
    case 'cancel':
      return `session:${client.sessionId}`;
    case 'ingest':
    case 'concept_op':
      return `graph:${client.graphId}`;
    default:
      return null;
  }
}
