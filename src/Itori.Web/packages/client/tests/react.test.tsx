import './dom.js';
import { StrictMode, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as WsClient } from 'ws';
import { Itori } from '../src/itori.js';
import type { WireMessage } from '../src/protocol/messages.js';
import {
  ItoriProvider,
  useAlanSocket,
  useClusterAlerts,
  useCoherenceForecast,
  useConceptGraph,
  useConnection,
  usePhaseFrame,
  usePresence,
  usePresenceCount,
  useSession,
  useSpectral,
  type AlanSocket,
} from '../src/react/index.js';
import { open, Peer, until } from './peer.js';
import { forecast, LittleGateway } from './server.js';

describe('with React', () => {
  let peer: Peer;
  let gateway: LittleGateway;
  let root: Root;
  let place: HTMLElement;
  const clients: Itori[] = [];

  const show = (what: ReactNode) => root.render(<StrictMode>{what}</StrictMode>);
  const sees = (text: string) => until(`"${text}" is shown`, () => place.textContent?.includes(text) ?? false);

  beforeEach(async () => {
    peer = await Peer.listen();
    gateway = new LittleGateway(peer);
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
  });
  afterEach(async () => {
    root.unmount();
    place.remove();
    for (const client of clients.splice(0)) client.close();
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    await peer.close();
  });

  describe('hooks below a provider', () => {
    const provide = (children: ReactNode) => {
      const client = new Itori({ url: peer.endpoint, session: 's1', open, queue: null, backoff: { firstMs: 4, maxMs: 20 } });
      clients.push(client);
      show(<ItoriProvider client={client}>{children}</ItoriProvider>);
      return client;
    };

    it('useSession shows a conversation and says something', async () => {
      const Talk = () => {
        const { events, feed } = useSession();
        return (
          <>
            <button type="button" onClick={() => void feed?.say('from a button')}>
              say
            </button>
            {events.map((event) => (
              <p key={event.seq}>{event.text}</p>
            ))}
          </>
        );
      };
      provide(<Talk />);
      await sees('words 2');
      place.querySelector('button')?.click();
      await sees('from a button');
      expect(peer.of('user_msg')).toHaveLength(1);
    });

    it('useConceptGraph follows a graph, and usePresence who looks at it', async () => {
      const Names = () => {
        const { concepts } = useConceptGraph();
        return (
          <p>
            {[...concepts.keys()].join('+')} {usePresence().map((user) => user.name)}
          </p>
        );
      };
      provide(<Names />);
      await sees('a');
      gateway.grow('b');
      await sees('a+b');
      peer.send('presence', { topic: 'graph:main', users: [{ id: 'u', name: 'Bo', since: 1 }] }, { topic: 'graph:main' });
      await sees('Bo');
      expect(peer.of('subscribe')).toHaveLength(1);
    });

    it('usePhaseFrame tells every frame and renders for none', async () => {
      const frames: number[] = [];
      let renders = 0;
      let latest: number | undefined;
      const Drawing = () => {
        renders += 1;
        const phases = usePhaseFrame((frame) => {
          frames.push(frame.frame);
          latest = phases.latest(0);
        });
        return <p>drawing</p>;
      };
      provide(<Drawing />);
      await until('subscribed', () => peer.of('subscribe').length === 1);
      gateway.frame(1, [1]);
      await until('the first frame', () => frames.length === 1);
      const before = renders;
      for (let frame = 2; frame <= 50; frame++) gateway.frame(frame, [frame / 50]);
      await until('all frames', () => frames.length === 50);
      expect(frames).toEqual([...Array(50).keys()].map((index) => index + 1));
      expect(latest).toBe(1);
      expect(renders).toBe(before);
    });

    it('useSpectral, useCoherenceForecast and useClusterAlerts tell of a field over one subscription', async () => {
      const State = () => (
        <p>
          {useSpectral()?.coherence} {useCoherenceForecast().forecast?.assessment.message} {useClusterAlerts().map((alert) => alert.root_cause)}
        </p>
      );
      provide(<State />);
      await until('subscribed', () => peer.of('subscribe').length === 1);
      gateway.tell('spectral_state', { coherence: 0.25 });
      gateway.tell('coherence_forecast', forecast);
      gateway.tell('cluster_alert', [{ cluster_id: 1, root_cause: 'they fall apart' }]);
      await sees('0.25 It falls. they fall apart');
      expect(peer.of('subscribe')).toHaveLength(1);
    });

    it('useCoherenceForecast asks for a fresh one when told to', async () => {
      const State = () => (
        <button type="button" onClick={useCoherenceForecast().refresh}>
          {usePresenceCount()} here
        </button>
      );
      provide(<State />);
      await until('subscribed', () => peer.of('subscribe').length === 2);
      place.querySelector('button')?.click();
      await until('asked', () => peer.of('custom_request').length === 1);
      expect(peer.of('custom_request')[0]?.payload).toMatchObject({ type: 'refresh_forecast' });
      // In a crowd more are here than are named.
      peer.send('presence', { topic: 'graph:main', users: [{ id: 'u', name: 'Bo', since: 1 }], count: 300 }, { topic: 'graph:main' });
      await sees('300 here');
    });

    it('leave their topics when they go', async () => {
      const client = provide(<Graph />);
      await sees('1 concepts');
      show(<ItoriProvider client={client}>nothing</ItoriProvider>);
      await until('left', () => peer.of('unsubscribe').length === 1);
    });

    it('useConnection tells how the connection stands', async () => {
      const State = () => <p>{useConnection().state}</p>;
      provide(<State />);
      await sees('open');
      peer.greets = false;
      peer.drop();
      await sees('connecting');
    });
  });

  describe('useAlanSocket', () => {
    const got: WireMessage[] = [];
    let socket: AlanSocket;
    let renders = 0;
    const Alan = ({ url }: { readonly url?: string }) => {
      renders += 1;
      socket = useAlanSocket((message) => got.push(message), url === undefined ? {} : { url });
      return <p>{socket.status}</p>;
    };

    beforeEach(() => {
      got.length = 0;
      renders = 0;
      vi.stubGlobal('WebSocket', WsClient);
    });

    it('connects to VITE_WS_URL, tells its status, and sends as the examples do', async () => {
      vi.stubEnv('VITE_WS_URL', peer.endpoint);
      vi.stubEnv('VITE_ITORI_WS_URL', 'ws://127.0.0.1:1/elsewhere');
      show(<Alan />);
      expect(place.textContent).not.toContain('open');
      await sees('open');
      const before = renders;
      socket.send({ type: 'ping', timestamp: 1234 });
      await until('the pong', () => got.some((message) => message.type === 'ping_response'));
      const ack = await socket.send('user_msg', { text: 'hello' });
      expect(ack).toMatchObject({ type: 'ack', seq: 3 });
      expect(peer.of('user_msg')[0]).toMatchObject({ payload: { text: 'hello' } });
      expect(peer.of('user_msg')[0]?.topic).toMatch(/^session:/);
      expect(renders).toBe(before);
    });

    it('takes VITE_ITORI_WS_URL next, and fields beside the type', async () => {
      vi.stubEnv('VITE_WS_URL', '');
      vi.stubEnv('VITE_ITORI_WS_URL', `${peer.endpoint}/`);
      show(<Alan />);
      await sees('open');
      await socket.send({ kind: 'user_msg', text: 'hi', id: 'mine' });
      expect(peer.of('user_msg')[0]).toMatchObject({ id: 'mine', payload: { text: 'hi' } });
    });

    it('keeps what is said while it is disconnected, and reconnects when told to', async () => {
      peer.greets = false;
      show(<Alan url={`${peer.endpoint}/kept`} />);
      await sees('connecting');
      const kept = socket.send('user_msg', { text: 'kept' });
      await expect(socket.send({ type: 'ping', timestamp: 1 })).rejects.toMatchObject({ reason: 'disconnected' });
      peer.greets = true;
      peer.drop();
      socket.reconnect();
      await expect(kept).resolves.toMatchObject({ type: 'ack' });
      const before = peer.connections;
      socket.reconnect();
      await until('another connection', () => peer.connections === before + 1);
      await sees('open');
      socket.ping();
      await until('a pong', () => got.some((message) => message.type === 'ping_response'));
    });

    it('shares one connection between components, and ends it with the last', async () => {
      const url = `${peer.endpoint}/shared`;
      show([<Alan key="a" url={url} />, <Alan key="b" url={url} />]);
      await sees('openopen');
      expect(peer.connections).toBe(1);
      show([<Alan key="a" url={url} />]);
      await until('one left', () => place.textContent === 'open');
      expect(peer.open).toBe(1);
      show(null);
      await until('ended', () => peer.open === 0);
    });
  });
});

function Graph() {
  return <p>{useConceptGraph().concepts.size} concepts</p>;
}
