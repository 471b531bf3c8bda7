/** The messages as this library hands them on: decoded, checked, and flat where the wire has an envelope around a payload. Their parts are those of the wire. */
import type {
  ClientPayloads,
  ClusterAlert,
  CoherenceForecast,
  PresentUser,
  User,
  WireCause,
  WireConcept,
  WireRelation,
  WireSpectralState,
} from './wire.js';

export type { ClientPayloads, ClusterAlert, CoherenceForecast, ConceptOp, ConceptSource, PresentUser, User, WireMessage } from './wire.js';

/**
 * A concept. `slot` is its index into a frame's phases within the graph's epoch, `weight` is in (0, 1], `phase` is the one that its oscillator began with (rad).
 */
export type Concept = WireConcept & { readonly pinned: boolean };

export type ConceptChange = { readonly id: string } & Partial<Omit<Concept, 'id'>>;

/** `weight` is in (0, 1]. */
export type Relation = WireRelation;

/** Why a graph changed. Kinds of a newer server are passed on. */
export type Cause = Omit<WireCause, 'kind'> & { readonly kind: WireCause['kind'] | (string & {}) };

export interface GraphSnapshot {
  readonly graph: string;
  readonly epoch: number;
  readonly seq: number;
  readonly concepts: readonly Concept[];
  readonly relations: readonly Relation[];
}

export interface GraphDelta {
  readonly epoch: number;
  readonly seq: number;
  /** With a filter: of the deltas after it and before this one, nothing matches. */
  readonly prev?: number;
  readonly added: readonly Concept[];
  readonly changed: readonly ConceptChange[];
  readonly removed: readonly string[];
  readonly relationsAdded: readonly Relation[];
  readonly relationsChanged: readonly Relation[];
  readonly relationsRemoved: readonly string[];
  readonly cause: Cause;
}

/** The state of a field; absent is what the server has not said. `connectivity` is λ₂ of the whole graph. */
export type SpectralState = Pick<WireSpectralState, 'timestamp' | 'coherence' | 'orderParameter' | 'meanPhase' | 'driftingConcepts'> &
  Partial<Pick<WireSpectralState, 'driftDetected' | 'eigenvalues' | 'universalOrder' | 'lockingMargin' | 'clusters'>> & {
    readonly connectivity?: number;
    readonly components?: number;
  };

export interface PhaseFrame {
  readonly type: 'phase_frame';
  readonly topic: string;
  readonly epoch: number;
  readonly frame: number;
  readonly orderParameter: number;
  readonly meanPhase: number;
  /** By slot, or of the slots that `slots` names; rad. */
  readonly phases: ArrayLike<number>;
  readonly slots?: readonly number[];
}

/** A durable event of a session: what a transcript is made of. */
export type SessionEvent =
  | {
      readonly type: 'user_msg';
      readonly topic: string;
      readonly seq: number;
      readonly prev?: number;
      readonly timestamp: number;
      readonly text: string;
      readonly user: User;
      /** Its text is empty then. */
      readonly deleted: boolean;
    }
  | {
      readonly type: 'msg_deleted';
      readonly topic: string;
      readonly seq: number;
      readonly prev?: number;
      readonly timestamp: number;
      /** The message's `seq`. */
      readonly messageSeq: number;
      /** Nothing, as every event has a text. */
      readonly text: '';
    }
  | {
      readonly type: 'assistant_msg';
      readonly topic: string;
      readonly seq: number;
      readonly prev?: number;
      readonly timestamp: number;
      readonly turn: string;
      readonly text: string;
      readonly concepts: readonly string[];
      readonly model: string;
      readonly finish: string;
      readonly error?: string;
    };

export interface ErrorMessage {
  readonly type: 'error';
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: string;
  readonly retryAfterMs?: number;
  readonly correlationId?: string;
}

export type ServerMessage =
  | {
      readonly type: 'welcome';
      readonly connectionId: string;
      readonly sessionId: string;
      readonly graphId: string;
      readonly user: User;
      readonly heartbeatMs: number;
      readonly maxMessageBytes: number;
    }
  | {
      readonly type: 'auth_success';
      readonly user: User;
      /** When the token ends, Unix ms. */
      readonly expiresAt?: number;
      readonly correlationId?: string;
    }
  | {
      readonly type: 'auth_failure';
      readonly reason: string;
      readonly message: string;
      readonly correlationId?: string;
    }
  | { readonly type: 'ping_response'; readonly timestamp: number; readonly correlationId?: string }
  | {
      readonly type: 'ack';
      readonly correlationId?: string;
      readonly topic?: string;
      readonly seq?: number;
      readonly concepts?: number;
      readonly relations?: number;
    }
  | {
      readonly type: 'subscribed';
      readonly topic: string;
      readonly seq: number;
      readonly recovered: boolean;
      readonly snapshot?: GraphSnapshot;
      readonly correlationId?: string;
    }
  | { readonly type: 'unsubscribed'; readonly topic: string; readonly correlationId?: string }
  | {
      readonly type: 'history';
      readonly topic: string;
      readonly events: readonly SessionEvent[];
      readonly more: boolean;
      readonly correlationId?: string;
    }
  | {
      readonly type: 'presence';
      readonly topic: string;
      /** The longest here first; in a crowd not all. */
      readonly users: readonly PresentUser[];
      /** How many are here. */
      readonly count: number;
      /** Some of those who went. */
      readonly left: readonly string[];
    }
  | {
      readonly type: 'cursor';
      readonly topic: string;
      readonly user: User;
      readonly concept?: string;
      /** In layout units. */
      readonly x?: number;
      readonly y?: number;
      readonly selection?: readonly string[];
    }
  | { readonly type: 'thinking_start'; readonly topic: string; readonly turn: string }
  | { readonly type: 'thinking_end'; readonly topic: string; readonly turn: string }
  | {
      readonly type: 'assistant_delta';
      readonly topic: string;
      readonly turn: string;
      readonly index: number;
      readonly text: string;
    }
  | { readonly type: 'snapshot'; readonly topic: string; readonly snapshot: GraphSnapshot }
  | { readonly type: 'delta'; readonly topic: string; readonly delta: GraphDelta }
  | { readonly type: 'spectral_state'; readonly topic: string; readonly state: SpectralState }
  | { readonly type: 'coherence_forecast'; readonly topic: string; readonly forecast: CoherenceForecast }
  | { readonly type: 'cluster_alert'; readonly topic: string; readonly alerts: readonly ClusterAlert[] }
  | { readonly type: 'forecast_refresh_ack'; readonly topic: string; readonly correlationId?: string }
  | { readonly type: 'reconnect'; readonly reason: string; readonly afterMs: number }
  /** With a filter: everything up to `seq` that matches has been sent. */
  | { readonly type: 'progress'; readonly topic: string; readonly seq: number }
  | { readonly type: 'ignored'; readonly name: string }
  | SessionEvent
  | PhaseFrame
  | ErrorMessage;

/** Commands change state, carry an id and are sent until they are answered. `topic` names the session or graph that is meant. */
export type Command = { [T in 'user_msg' | 'delete_msg' | 'cancel' | 'ingest' | 'concept_op']: Envelope<T> & { readonly topic: string } }[
  | 'user_msg'
  | 'delete_msg'
  | 'cancel'
  | 'ingest'
  | 'concept_op'];

/** Requests read, are tied to the connection that they were sent on and are not resent. */
export type Request = {
  [T in 'ping' | 'auth' | 'subscribe' | 'unsubscribe' | 'history' | 'cursor' | 'custom_request' | 'reconnect']: Envelope<T> & { readonly topic?: string };
}['ping' | 'auth' | 'subscribe' | 'unsubscribe' | 'history' | 'cursor' | 'custom_request' | 'reconnect'];

interface Envelope<T extends keyof ClientPayloads> {
  readonly type: T;
  readonly payload: ClientPayloads[T];
}
