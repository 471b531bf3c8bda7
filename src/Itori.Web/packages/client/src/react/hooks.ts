import { useEffect, useMemo, useRef } from 'react';
import type { FieldFeed } from '../feeds/field.js';
import type { GraphFeed } from '../feeds/graph.js';
import type { SessionFeed } from '../feeds/session.js';
import type { Itori } from '../itori.js';
import type { ClusterAlert, CoherenceForecast, PhaseFrame, PresentUser, SpectralState } from '../protocol/messages.js';
import { emptyConversation, type Conversation } from '../state/conversation.js';
import { emptyGraph, type GraphState } from '../state/graph.js';
import { PhaseTrack } from '../state/phases.js';
import type { TopicFilter } from '../topics.js';
import { useFeed, useItori, useMaybeStore } from './context.js';

type SessionActions = Pick<SessionFeed, 'say' | 'retry' | 'discard' | 'remove' | 'cancel' | 'loadEarlier'>;
type GraphActions = Pick<GraphFeed, 'operate' | 'ingest' | 'point' | 'pointers'>;

/** A conversation and what can be done in it; without an id the client's own. `feed` is null in the first picture, when nothing can be done yet. */
export function useSession(id?: string): Conversation & { readonly id: string; readonly feed: SessionActions | null } {
  const own = useItori().sessionId;
  const session = id ?? own;
  const feed = useFeed(session, (client) => client.session(session));
  const state = useMaybeStore(feed?.state, emptyConversation);
  return useMemo(() => ({ ...state, id: session, feed: feed ?? null }), [state, session, feed]);
}

/** A concept graph, new after every change of it; without an id the client's own. */
export function useConceptGraph(id?: string, filter?: TopicFilter): GraphState & { readonly id: string; readonly feed: GraphActions | null } {
  const own = useItori().graphId;
  const graph = id ?? own;
  const feed = useFeed(`${graph} ${JSON.stringify(filter ?? {})}`, (client) => client.graph(graph, filter));
  const state = useMaybeStore(feed?.state, emptyGraph);
  return useMemo(() => ({ ...state, id: graph, feed: feed ?? null }), [state, graph, feed]);
}

/**
 * The phases of a field, for drawing. Frames never render the component: `onFrame` is called with each, and the returned track tells the phase of a slot at any time between frames.
 */
export function usePhaseFrame(onFrame?: (frame: PhaseFrame) => void, id?: string): PhaseTrack {
  const feed = useField(id);
  const latest = useRef(onFrame);
  useEffect(() => {
    latest.current = onFrame;
  });
  useEffect(() => feed?.phases.listen((frame) => latest.current?.(frame)), [feed]);
  const none = useRef<PhaseTrack>(undefined);
  return feed?.phases ?? (none.current ??= new PhaseTrack());
}

/** The spectral state of a field; null while the server has not said it. */
export function useSpectral(id?: string): SpectralState | null {
  return useMaybeStore(useField(id)?.spectral, null);
}

/** The latest forecast; null before the first. `refresh` asks for a fresh one. */
export function useCoherenceForecast(id?: string): { readonly forecast: CoherenceForecast | null; readonly refresh: () => void } {
  const feed = useField(id);
  const forecast = useMaybeStore(feed?.forecast, null);
  // What goes wrong with it shows in no forecast coming; the connection tells why.
  return useMemo(() => ({ forecast, refresh: () => void feed?.refreshForecast().catch(() => undefined) }), [forecast, feed]);
}

const noAlerts: readonly ClusterAlert[] = [];

/** Clusters that come apart now. */
export function useClusterAlerts(id?: string): readonly ClusterAlert[] {
  return useMaybeStore(useField(id)?.alerts, noAlerts);
}

const nobody: readonly PresentUser[] = [];

/** Who watches a session or graph (`session:ID`, `graph:ID`), the longest first; without a topic the client's graph. In a crowd not all are named. */
export function usePresence(topic?: string): readonly PresentUser[] {
  return useMaybeStore(usePresent(topic)?.presence, nobody);
}

/** How many watch it. */
export function usePresenceCount(topic?: string): number {
  const feed = usePresent(topic);
  useMaybeStore(feed?.presence, nobody);
  return feed?.present ?? 0;
}

function usePresent(topic?: string): SessionFeed | GraphFeed | undefined {
  const client = useItori();
  const watched = topic ?? `graph:${client.graphId}`;
  return useFeed(watched, (from) => present(from, watched));
}

function present(client: Itori, topic: string): SessionFeed | GraphFeed {
  const id = topic.slice(topic.indexOf(':') + 1);
  return topic.startsWith('session:') ? client.session(id) : client.graph(id);
}

function useField(id: string | undefined): FieldFeed | undefined {
  const own = useItori().graphId;
  const field = id ?? own;
  return useFeed(field, (client) => client.field(field));
}
