import { DecodeError, flag, isObject, list, must, number, or, record, text, word, type Read } from './fields.js';
import type {
  Cause,
  ClusterAlert,
  CoherenceForecast,
  Concept,
  ConceptChange,
  ConceptSource,
  GraphDelta,
  GraphSnapshot,
  Relation,
  ServerMessage,
  SessionEvent,
  SpectralState,
  User,
} from './messages.js';

const some = must(text);
const count = must(number);
const zero = or(number, 0);
const blank = or(text, '');
const texts = or(list(text), []);
const numbers = or(list(number), []);
const yes: Read<boolean> = (value) => value === true;

const named = record({ id: some, name: text, anonymous: yes });
const user: Read<User> = (value, key) => {
  const { id, name = id, anonymous } = must(named)(value, key);
  return { id, name, anonymous };
};

const sources = list<ConceptSource>(record({ start: zero, length: zero, session: text, seq: number, source: text }));

const concept: Read<Concept | undefined> = record({
  id: some,
  label: some,
  slot: count,
  weight: zero,
  phase: zero,
  x: number,
  y: number,
  pinned: yes,
  arranged: flag,
  cluster: zero,
  mentions: zero,
  createdAt: zero,
  lastSeen: zero,
  sources: or(sources, []),
});

const conceptChange: Read<ConceptChange | undefined> = record({
  id: some,
  label: text,
  slot: number,
  weight: number,
  x: number,
  y: number,
  pinned: flag,
  arranged: flag,
  cluster: number,
  mentions: number,
  lastSeen: number,
  sources,
});

const relation: Read<Relation | undefined> = record({ id: some, source: some, target: some, weight: zero, kind: or(text, 'related'), sources });

const snapshot: Read<GraphSnapshot | undefined> = record({
  graph: some,
  epoch: count,
  seq: count,
  concepts: or(list(concept), []),
  relations: or(list(relation), []),
});

const cause: Read<Cause | undefined> = record({
  kind: blank,
  user: (value, key) => (isObject(value) ? user(value, key) : undefined),
  session: text,
  messageSeq: number,
  source: text,
  progress: number,
});

const concepts = or(list(concept), []);
const relations = or(list(relation), []);
const delta = must(
  record({
    epoch: count,
    added: concepts,
    changed: or(list(conceptChange), []),
    removed: texts,
    relations: record({ added: relations, changed: relations, removed: texts }),
    cause: or(cause, { kind: '' }),
  }),
);

const clusters = list(
  record({ id: count, size: zero, coherence: zero, variance: zero, lockingMargin: zero, conductance: zero, innerGap: zero }),
);
const spectralState = must(
  record({
    timestamp: zero,
    coherence: count,
    orderParameter: zero,
    meanPhase: zero,
    driftDetected: flag,
    driftingConcepts: texts,
    eigenvalues: list(number),
    universalOrder: number,
    lockingMargin: number,
    clusters,
    // An older server says λ₂ alone.
    connectivity: (value) => (typeof value === 'number' ? { algebraic: value } : connectivity(value, 'connectivity')),
  }),
);
const connectivity: Read<{ readonly algebraic?: number; readonly componentCount?: number } | undefined> = record({ algebraic: number, componentCount: number });

const forecast: Read<CoherenceForecast> = must(
  record({
    timestamp: zero,
    stepSeconds: count,
    metrics: must(
      record({
        coherence: must(
          record({
            current: count,
            forecast: numbers,
            lower: numbers,
            upper: numbers,
            lower80: numbers,
            upper80: numbers,
            trend: word('rising', 'falling', 'steady'),
          }),
        ),
      }),
    ),
    assessment: must(
      record({
        status: word('warning', 'critical', 'stable'),
        message: blank,
        time_to_warning: number,
        time_to_critical: number,
      }),
    ),
  }),
);

const alerts: Read<readonly ClusterAlert[]> = or(
  list(record({ cluster_id: count, eta_sec: zero, stab_now: zero, stab_forecast: zero, concepts: texts, root_cause: blank })),
  [],
);

/** A codec with a packed form gives angles already. */
const phases: Read<ArrayLike<number>> = (value) => {
  if (value instanceof Float64Array) return value;
  return Array.isArray(value) ? value.map((phase) => (typeof phase === 'number' ? phase : 0)) : [];
};

// What the payload of each type must and may hold.
const payloads = {
  welcome: record({ connectionId: some, sessionId: some, graphId: some, user, heartbeatMs: count, maxMessageBytes: count }),
  auth_success: record({ user, expiresAt: number }),
  auth_failure: record({ reason: or(text, 'unauthenticated'), message: or(text, 'Not signed in.') }),
  ping_response: record({ timestamp: zero }),
  ack: record({ topic: text, seq: number, concepts: number, relations: number }),
  subscribed: record({ topic: some, seq: zero, recovered: yes, snapshot }),
  unsubscribed: record({ topic: some }),
  presence: record({
    users: or(list(record({ id: some, name: text, since: zero })), []),
    count: number,
    left: texts,
  }),
  cursor: record({ user, concept: text, x: number, y: number, selection: list(text) }),
  thinking_start: record({ turn: some }),
  thinking_end: record({ turn: some }),
  assistant_delta: record({ turn: some, index: count, text: some }),
  user_msg: record({ text: some, user, deleted: yes }),
  msg_deleted: record({ messageSeq: count }),
  phase_frame: record({ epoch: count, frame: count, orderParameter: zero, meanPhase: zero, phases, slots: list(number) }),
  progress: record({ seq: count }),
  reconnect: record({ reason: blank, afterMs: zero }),
  error: record({
    code: or(number, 500),
    reason: or(text, 'internal'),
    message: or(text, 'The server could not do this.'),
    details: text,
    retryAfterMs: number,
  }),
};
const metadata = record({ model: blank, finish: or(text, 'stop'), error: text });
const assistant = record({ turn: some, text: some, concepts: texts, metadata: or(metadata, { model: '', finish: 'stop' }) });
const history = record({ topic: some, events: (value) => (Array.isArray(value) ? value : []), more: yes });
const head = must(record({ type: some, topic: text, correlationId: text, seq: number, timestamp: zero }));
// `prev` comes with a filter: of the events after it and before this one, nothing matches.
const durable = must(record({ seq: count, prev: number, timestamp: zero }));
const place = must(record({ seq: count, prev: number }));

/**
 * Checks and flattens one message as it came out of a codec. A type that this client does not know is `ignored`, since servers may be newer.
 * @throws DecodeError when it is not an object, or of a known type and lacks what it must have.
 */
export function decode(envelope: unknown): ServerMessage {
  if (!isObject(envelope)) throw new DecodeError('a frame that is not an object');
  const { type, correlationId, ...rest } = head(envelope, 'envelope');
  const payload = isObject(envelope['payload']) ? envelope['payload'] : {};
  const topic = rest.topic ?? text(payload['topic'], 'topic') ?? '';
  const correlation = correlationId === undefined ? {} : { correlationId };
  /** The payload of a type. */
  const of = <K extends keyof typeof payloads>(key: K) => must(payloads[key] as Read<NonNullable<ReturnType<(typeof payloads)[K]>>>)(payload, 'payload');

  switch (type) {
    case 'welcome':
      return { type, ...of(type) };
    case 'auth_success':
      return { type, ...of(type), ...correlation };
    case 'auth_failure':
      return { type, ...of(type), ...correlation };
    case 'ping_response':
      return { type, ...of(type), ...correlation };
    case 'ack':
      return { type, ...(topic === '' ? {} : { topic }), ...(rest.seq === undefined ? {} : { seq: rest.seq }), ...of(type), ...correlation };
    case 'subscribed':
      return { type, ...of(type), ...correlation };
    case 'unsubscribed':
      return { type, ...of(type), ...correlation };
    case 'history': {
      const { events, ...page } = must(history)(payload, 'payload');
      return { type, ...page, events: events.map(decode).filter(isSessionEvent), ...correlation };
    }
    case 'presence': {
      const { users, count: all, left } = of(type);
      const named = users.map(({ id, name = id, since }) => ({ id, name, since }));
      return { type, topic, users: named, left, count: Math.max(all ?? 0, named.length) };
    }
    case 'cursor':
      return { type, topic, ...of(type) };
    case 'thinking_start':
    case 'thinking_end':
      return { type, topic, ...of(type) };
    case 'assistant_delta':
      return { type, topic, ...of(type) };
    case 'user_msg':
      return { type, topic, ...durable(envelope, 'seq'), ...of(type) };
    case 'msg_deleted':
      return { type, topic, ...durable(envelope, 'seq'), ...of(type), text: '' };
    case 'assistant_msg': {
      const { metadata: how, ...answer } = must(assistant)(payload, 'payload');
      return { type, topic, ...durable(envelope, 'seq'), ...answer, ...how };
    }
    case 'phase_frame':
      return { type, topic, ...of(type) };
    case 'progress':
      return { type, topic, ...of(type) };
    case 'reconnect':
      return { type, ...of(type) };
    case 'error':
      return { type, ...of(type), ...correlation };
    case 'concept_update':
      break;
    default:
      return { type: 'ignored', name: type };
  }

  const variant = some(payload['type'], 'type');
  const data = payload['data'];
  switch (variant) {
    case 'snapshot':
      return { type: variant, topic, snapshot: must(snapshot)(data, 'data') };
    case 'delta':
      return { type: variant, topic, delta: flatten(delta(data, 'data'), place(envelope, 'seq')) };
    case 'spectral_state': {
      const { connectivity: whole, ...state } = spectralState(data, 'data');
      return { type: variant, topic, state: spectral(state, whole) };
    }
    case 'coherence_forecast':
      return { type: variant, topic, forecast: forecast(data, 'data') };
    case 'cluster_alert':
      return { type: variant, topic, alerts: alerts(data, 'data') };
    case 'forecast_refresh_ack':
      return { type: variant, topic, ...correlation };
    default:
      return { type: 'ignored', name: `${type} ${variant}` };
  }
}

function flatten({ relations: links, ...change }: ReturnType<typeof delta>, at: ReturnType<typeof place>): GraphDelta {
  const { added = [], changed = [], removed = [] } = links ?? {};
  return { ...change, ...at, relationsAdded: added, relationsChanged: changed, relationsRemoved: removed };
}

function spectral(state: Omit<SpectralState, 'connectivity' | 'components'>, whole: ReturnType<typeof connectivity>): SpectralState {
  const { algebraic, componentCount } = whole ?? {};
  return {
    ...state,
    ...(algebraic === undefined ? {} : { connectivity: algebraic }),
    ...(componentCount === undefined ? {} : { components: componentCount }),
  };
}

function isSessionEvent(message: ServerMessage): message is SessionEvent {
  return message.type === 'user_msg' || message.type === 'msg_deleted' || message.type === 'assistant_msg';
}
