import {
  DecodeError,
  defined,
  isObject,
  list,
  number,
  numberOr,
  object,
  objects,
  optionalNumber,
  optionalText,
  text,
  texts,
  type JsonObject,
} from './fields.js';
import type {
  Cause,
  Concept,
  ConceptChange,
  ConceptSource,
  ErrorMessage,
  GraphDelta,
  GraphSnapshot,
  Relation,
  ServerMessage,
  SessionEvent,
  SpectralState,
  User,
} from './messages.js';

/**
 * Decodes one text frame. A type that this client does not know is `ignored`, since servers may be newer.
 * @throws DecodeError when the frame is not JSON, not an object, or a known type that lacks what it must have.
 */
export function decode(frame: string): ServerMessage {
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    throw new DecodeError('a frame that is not JSON');
  }
  if (!isObject(message)) throw new DecodeError('a frame that is not an object');
  return decodeEnvelope(message);
}

function decodeEnvelope(envelope: JsonObject): ServerMessage {
  const type = text(envelope, 'type');
  const payload = isObject(envelope['payload']) ? envelope['payload'] : {};
  const correlation = defined({ correlationId: optionalText(envelope, 'correlationId') });
  const topic = optionalText(envelope, 'topic') ?? optionalText(payload, 'topic') ?? '';
  switch (type) {
    case 'welcome':
      return {
        type,
        connectionId: text(payload, 'connectionId'),
        sessionId: text(payload, 'sessionId'),
        graphId: text(payload, 'graphId'),
        user: user(object(payload, 'user')),
        heartbeatMs: number(payload, 'heartbeatMs'),
        maxMessageBytes: number(payload, 'maxMessageBytes'),
      };
    case 'auth_success':
      return { type, user: user(object(payload, 'user')), ...correlation };
    case 'auth_failure':
      return {
        type,
        reason: optionalText(payload, 'reason') ?? 'unauthenticated',
        message: optionalText(payload, 'message') ?? 'Not signed in.',
        ...correlation,
      };
    case 'ping_response':
      return { type, timestamp: numberOr(payload, 'timestamp', 0), ...correlation };
    case 'ack':
      return {
        type,
        ...correlation,
        ...defined({
          topic: topic === '' ? undefined : topic,
          seq: optionalNumber(payload, 'seq') ?? optionalNumber(envelope, 'seq'),
          concepts: optionalNumber(payload, 'concepts'),
          relations: optionalNumber(payload, 'relations'),
        }),
      };
    case 'subscribed':
      return {
        type,
        topic: text(payload, 'topic'),
        seq: numberOr(payload, 'seq', 0),
        recovered: payload['recovered'] === true,
        ...correlation,
        ...defined({ snapshot: isObject(payload['snapshot']) ? snapshot(payload['snapshot']) : undefined }),
      };
    case 'unsubscribed':
      return { type, topic: text(payload, 'topic'), ...correlation };
    case 'history':
      return {
        type,
        topic: text(payload, 'topic'),
        events: objects(payload, 'events').map(decodeEnvelope).filter(isSessionEvent),
        more: payload['more'] === true,
        ...correlation,
      };
    case 'presence':
      return {
        type,
        topic,
        users: objects(payload, 'users').map((who) => ({
          id: text(who, 'id'),
          name: optionalText(who, 'name') ?? text(who, 'id'),
          since: numberOr(who, 'since', 0),
        })),
      };
    case 'cursor':
      return {
        type,
        topic,
        user: user(object(payload, 'user')),
        ...defined({ concept: optionalText(payload, 'concept') }),
      };
    case 'user_msg':
      return {
        type,
        topic,
        seq: number(envelope, 'seq'),
        timestamp: numberOr(envelope, 'timestamp', 0),
        text: text(payload, 'text'),
        user: user(object(payload, 'user')),
        deleted: payload['deleted'] === true,
      };
    case 'msg_deleted':
      return {
        type,
        topic,
        seq: number(envelope, 'seq'),
        timestamp: numberOr(envelope, 'timestamp', 0),
        messageSeq: number(payload, 'messageSeq'),
        text: '',
      };
    case 'assistant_msg':
      return assistantMessage(envelope, payload, topic);
    case 'thinking_start':
    case 'thinking_end':
      return { type, topic, turn: text(payload, 'turn') };
    case 'assistant_delta':
      return { type, topic, turn: text(payload, 'turn'), index: number(payload, 'index'), text: text(payload, 'text') };
    case 'phase_frame':
      return {
        type,
        topic,
        epoch: number(payload, 'epoch'),
        frame: number(payload, 'frame'),
        orderParameter: numberOr(payload, 'orderParameter', 0),
        meanPhase: numberOr(payload, 'meanPhase', 0),
        phases: list(payload, 'phases').map((phase) => (typeof phase === 'number' ? phase : 0)),
      };
    case 'concept_update':
      return conceptUpdate(envelope, payload, topic);
    case 'reconnect':
      return { type, reason: optionalText(payload, 'reason') ?? '', afterMs: numberOr(payload, 'afterMs', 0) };
    case 'error':
      return error(payload, correlation);
    default:
      return { type: 'ignored', name: type };
  }
}

function assistantMessage(envelope: JsonObject, payload: JsonObject, topic: string): SessionEvent {
  const metadata = isObject(payload['metadata']) ? payload['metadata'] : {};
  return {
    type: 'assistant_msg',
    topic,
    seq: number(envelope, 'seq'),
    timestamp: numberOr(envelope, 'timestamp', 0),
    turn: text(payload, 'turn'),
    text: text(payload, 'text'),
    concepts: texts(payload, 'concepts'),
    model: optionalText(metadata, 'model') ?? '',
    finish: optionalText(metadata, 'finish') ?? 'stop',
    ...defined({ error: optionalText(metadata, 'error') ?? optionalText(payload, 'error') }),
  };
}

function conceptUpdate(envelope: JsonObject, payload: JsonObject, topic: string): ServerMessage {
  const variant = text(payload, 'type');
  const data = isObject(payload['data']) ? payload['data'] : {};
  switch (variant) {
    case 'snapshot':
      return { type: 'snapshot', topic, snapshot: snapshot(data) };
    case 'delta':
      return { type: 'delta', topic, delta: delta(data, number(envelope, 'seq')) };
    case 'spectral_state':
      return { type: 'spectral_state', topic, state: spectralState(data) };
    default:
      return { type: 'ignored', name: `concept_update ${variant}` };
  }
}

function isSessionEvent(message: ServerMessage): message is SessionEvent {
  return message.type === 'user_msg' || message.type === 'msg_deleted' || message.type === 'assistant_msg';
}

function user(from: JsonObject): User {
  const id = text(from, 'id');
  return { id, name: optionalText(from, 'name') ?? id, anonymous: from['anonymous'] === true };
}

function error(payload: JsonObject, correlation: { readonly correlationId?: string }): ErrorMessage {
  return {
    type: 'error',
    code: numberOr(payload, 'code', 500),
    reason: optionalText(payload, 'reason') ?? 'internal',
    message: optionalText(payload, 'message') ?? 'The server could not do this.',
    ...correlation,
    ...defined({
      details: optionalText(payload, 'details'),
      retryAfterMs: optionalNumber(payload, 'retryAfterMs'),
    }),
  };
}

function snapshot(data: JsonObject): GraphSnapshot {
  return {
    graph: text(data, 'graph'),
    epoch: number(data, 'epoch'),
    seq: number(data, 'seq'),
    concepts: objects(data, 'concepts').map(concept),
    relations: objects(data, 'relations').map(relation),
  };
}

function delta(data: JsonObject, seq: number): GraphDelta {
  const relations = isObject(data['relations']) ? data['relations'] : {};
  const why = isObject(data['cause']) ? data['cause'] : {};
  return {
    seq,
    epoch: number(data, 'epoch'),
    added: objects(data, 'added').map(concept),
    changed: objects(data, 'changed').map(conceptChange),
    removed: texts(data, 'removed'),
    relationsAdded: objects(relations, 'added').map(relation),
    relationsChanged: objects(relations, 'changed').map(relation),
    relationsRemoved: texts(relations, 'removed'),
    cause: cause(why),
  };
}

function cause(from: JsonObject): Cause {
  return {
    kind: optionalText(from, 'kind') ?? '',
    ...defined({
      user: isObject(from['user']) ? user(from['user']) : undefined,
      session: optionalText(from, 'session'),
      messageSeq: optionalNumber(from, 'messageSeq'),
      source: optionalText(from, 'source'),
      progress: optionalNumber(from, 'progress'),
    }),
  };
}

function concept(from: JsonObject): Concept {
  return {
    id: text(from, 'id'),
    label: text(from, 'label'),
    slot: number(from, 'slot'),
    weight: numberOr(from, 'weight', 0),
    phase: numberOr(from, 'phase', 0),
    pinned: from['pinned'] === true,
    cluster: numberOr(from, 'cluster', 0),
    mentions: numberOr(from, 'mentions', 0),
    createdAt: numberOr(from, 'createdAt', 0),
    lastSeen: numberOr(from, 'lastSeen', 0),
    sources: objects(from, 'sources').map(source),
    ...defined({ x: optionalNumber(from, 'x'), y: optionalNumber(from, 'y') }),
  };
}

function conceptChange(from: JsonObject): ConceptChange {
  return {
    id: text(from, 'id'),
    ...defined({
      label: optionalText(from, 'label'),
      slot: optionalNumber(from, 'slot'),
      weight: optionalNumber(from, 'weight'),
      x: optionalNumber(from, 'x'),
      y: optionalNumber(from, 'y'),
      pinned: typeof from['pinned'] === 'boolean' ? from['pinned'] : undefined,
      cluster: optionalNumber(from, 'cluster'),
      mentions: optionalNumber(from, 'mentions'),
      lastSeen: optionalNumber(from, 'lastSeen'),
      sources: Array.isArray(from['sources']) ? objects(from, 'sources').map(source) : undefined,
    }),
  };
}

function source(from: JsonObject): ConceptSource {
  return {
    start: numberOr(from, 'start', 0),
    length: numberOr(from, 'length', 0),
    ...defined({
      session: optionalText(from, 'session'),
      seq: optionalNumber(from, 'seq'),
      source: optionalText(from, 'source'),
    }),
  };
}

function relation(from: JsonObject): Relation {
  return {
    id: text(from, 'id'),
    source: text(from, 'source'),
    target: text(from, 'target'),
    weight: numberOr(from, 'weight', 0),
    kind: optionalText(from, 'kind') ?? 'related',
  };
}

function spectralState(from: JsonObject): SpectralState {
  const nested = isObject(from['connectivity']) ? from['connectivity'] : {};
  return {
    timestamp: numberOr(from, 'timestamp', 0),
    coherence: number(from, 'coherence'),
    orderParameter: numberOr(from, 'orderParameter', 0),
    meanPhase: numberOr(from, 'meanPhase', 0),
    driftingConcepts: texts(from, 'driftingConcepts'),
    ...defined({
      connectivity: optionalNumber(from, 'connectivity') ?? optionalNumber(nested, 'algebraic'),
      components: optionalNumber(nested, 'componentCount') ?? (Array.isArray(nested['components']) ? nested['components'].length : undefined),
    }),
  };
}
