import { addPiece, applyDeltas, applyEvents, beginTurn, endTurn, fromSnapshot, resume, stillHere, withPointer, type GraphDelta, type ServerMessage, type SessionEvent } from '@itori/client';
import type { AppState, Cursor } from '../store';

export interface Reduced {
  readonly state: AppState;
  /** Topics in which events are missing: nothing behind the hole was applied. */
  readonly holes: ReadonlySet<string>;
}

/** Everything the server told, but for what never becomes state: frames, replies and the connection's own messages. */
export function reduce(before: AppState, messages: readonly ServerMessage[]): Reduced {
  let state = before;
  const holes = new Set<string>();
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index];
    if (message === undefined) break;
    switch (message.type) {
      case 'delta': {
        // A run of deltas is applied as one: the maps are copied once.
        const run = [message.delta];
        for (let next = messages[index + 1]; next?.type === 'delta' && next.topic === message.topic; next = messages[index + 1]) {
          run.push(next.delta);
          index += 1;
        }
        if (message.topic !== `graph:${state.graphId}` || !state.graph.known) break;
        const applied = applyDeltas(state.graph, run);
        if (applied.hole) holes.add(message.topic);
        state = withProgress({ ...state, graph: applied.graph }, run);
        break;
      }
      case 'snapshot':
        if (message.topic === `graph:${state.graphId}`) state = { ...state, graph: fromSnapshot(message.snapshot) };
        break;
      case 'subscribed':
        state = subscribed(state, message);
        break;
      case 'user_msg':
      case 'msg_deleted':
      case 'assistant_msg': {
        const run: SessionEvent[] = [message];
        for (let next = messages[index + 1]; next !== undefined && isEventOf(next, message.topic); next = messages[index + 1]) {
          run.push(next);
          index += 1;
        }
        if (message.topic !== `session:${state.sessionId}`) break;
        const applied = applyEvents(state.conversation, run);
        if (applied.hole) holes.add(message.topic);
        state = { ...state, conversation: applied.conversation };
        break;
      }
      case 'thinking_start':
        if (isHere(state, message.topic)) state = { ...state, conversation: beginTurn(state.conversation, message.turn) };
        break;
      case 'thinking_end':
        if (isHere(state, message.topic)) state = { ...state, conversation: endTurn(state.conversation, message.turn) };
        break;
      case 'assistant_delta':
        if (isHere(state, message.topic)) {
          state = { ...state, conversation: addPiece(state.conversation, message.turn, message.index, message.text) };
        }
        break;
      case 'spectral_state':
        if (message.topic === `field:${state.graphId}`) state = { ...state, spectral: message.state };
        break;
      case 'coherence_forecast':
        if (message.topic === `field:${state.graphId}`) state = { ...state, forecast: message.forecast };
        break;
      case 'cluster_alert':
        if (message.topic === `field:${state.graphId}`) state = { ...state, alerts: message.alerts };
        break;
      case 'presence':
        state = withPresence(state, message);
        break;
      case 'cursor':
        state = withCursor(state, message);
        break;
      case 'error':
        state = { ...state, conversation: { ...state.conversation, notice: message.message } };
        break;
      case 'phase_frame':
      case 'welcome':
      case 'auth_success':
      case 'auth_failure':
      case 'ping_response':
      case 'ack':
      case 'unsubscribed':
      case 'history':
      case 'reconnect':
      case 'forecast_refresh_ack':
      case 'progress':
      case 'ignored':
        break;
      default:
        message satisfies never;
    }
  }
  if (state.selected !== null && !state.graph.concepts.has(state.selected)) state = { ...state, selected: null };
  return { state, holes };
}

function isHere(state: AppState, topic: string): boolean {
  return topic === '' || topic === `session:${state.sessionId}`;
}

function isEventOf(message: ServerMessage, topic: string): message is SessionEvent {
  return (message.type === 'user_msg' || message.type === 'msg_deleted' || message.type === 'assistant_msg') && message.topic === topic;
}

function subscribed(state: AppState, message: Extract<ServerMessage, { type: 'subscribed' }>): AppState {
  if (message.topic === `graph:${state.graphId}`) {
    return message.snapshot === undefined ? state : { ...state, graph: fromSnapshot(message.snapshot) };
  }
  if (message.topic !== `session:${state.sessionId}`) return state;
  return { ...state, conversation: resume(state.conversation, message.seq, message.recovered) };
}

function withPresence(state: AppState, message: Extract<ServerMessage, { type: 'presence' }>): AppState {
  if (message.topic === `session:${state.sessionId}`) return { ...state, presence: { ...state.presence, session: message.users } };
  if (message.topic !== `graph:${state.graphId}`) return state;
  const presence = { ...state.presence, graph: message.users, unnamed: message.count - message.users.length };
  return { ...state, presence, cursors: stillHere(state.cursors, message), hands: stillHere(state.hands, message) };
}

/** Of somebody else's selection no more than this is shown. */
const MAX_SELECTION = 50;

function withCursor(state: AppState, message: Extract<ServerMessage, { type: 'cursor' }>): AppState {
  if (message.topic !== `graph:${state.graphId}` || message.user.id === state.user?.id) return state;
  const { user, concept, x, y, selection } = message;
  const cursor = concept === undefined ? null : { user, concept, ...(selection === undefined ? {} : { selection: selection.slice(0, MAX_SELECTION) }) };
  const hand = x === undefined || y === undefined ? null : { user, x, y };
  return {
    ...state,
    // The same map while only the hand moves: what is drawn of it need not be drawn anew.
    cursors: sameCursor(state.cursors.get(user.id) ?? null, cursor) ? state.cursors : withPointer(state.cursors, user.id, cursor),
    hands: hand === null && !state.hands.has(user.id) ? state.hands : withPointer(state.hands, user.id, hand),
  };
}

function sameCursor(a: Cursor | null, b: Cursor | null): boolean {
  return a?.concept === b?.concept && a?.user.name === b?.user.name && (a?.selection ?? []).join('\n') === (b?.selection ?? []).join('\n');
}

function withProgress(state: AppState, deltas: readonly GraphDelta[]): AppState {
  let ingests = state.ingests;
  for (const { cause } of deltas) {
    if (cause.kind !== 'ingest' || cause.progress === undefined || cause.user?.id !== state.user?.id) continue;
    const { source, progress } = cause;
    ingests = ingests.map((ingest) =>
      ingest.source === source && ingest.done === null ? { ...ingest, progress: Math.max(ingest.progress, progress) } : ingest,
    );
  }
  return ingests === state.ingests ? state : { ...state, ingests };
}
