/** The wire messages of `itori.v1.json`, as this client understands them. Unknown fields are dropped by the decoder. */

export interface User {
  readonly id: string;
  readonly name: string;
  readonly anonymous: boolean;
}

export interface PresentUser {
  readonly id: string;
  readonly name: string;
  /** Unix ms. */
  readonly since: number;
}

/** Where a concept was said: a message (session and seq) or a document (source). Offsets count UTF-16 code units. */
export interface ConceptSource {
  readonly session?: string;
  readonly seq?: number;
  readonly source?: string;
  readonly start: number;
  readonly length: number;
}

export interface Concept {
  readonly id: string;
  readonly label: string;
  /** Index into a frame's phases, within the graph's epoch. */
  readonly slot: number;
  /** In (0, 1]. */
  readonly weight: number;
  /** The phase that the oscillator began with, rad. */
  readonly phase: number;
  readonly x?: number;
  readonly y?: number;
  readonly pinned: boolean;
  readonly cluster: number;
  readonly mentions: number;
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms. */
  readonly lastSeen: number;
  readonly sources: readonly ConceptSource[];
}

export type ConceptChange = { readonly id: string } & Partial<Omit<Concept, 'id'>>;

export interface Relation {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** In (0, 1]. */
  readonly weight: number;
  readonly kind: string;
}

export interface Cause {
  readonly kind: string;
  readonly user?: User;
  readonly session?: string;
  readonly messageSeq?: number;
  readonly source?: string;
  /** In (0, 1]. */
  readonly progress?: number;
}

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
  readonly added: readonly Concept[];
  readonly changed: readonly ConceptChange[];
  readonly removed: readonly string[];
  readonly relationsAdded: readonly Relation[];
  readonly relationsChanged: readonly Relation[];
  readonly relationsRemoved: readonly string[];
  readonly cause: Cause;
}

export interface SpectralState {
  readonly timestamp: number;
  readonly coherence: number;
  readonly orderParameter: number;
  readonly meanPhase: number;
  readonly driftingConcepts: readonly string[];
  /** λ₂ of the whole graph; absent while the server has not said it. */
  readonly connectivity?: number;
  readonly components?: number;
}

export interface PhaseFrame {
  readonly type: 'phase_frame';
  readonly topic: string;
  readonly epoch: number;
  readonly frame: number;
  readonly orderParameter: number;
  readonly meanPhase: number;
  readonly phases: readonly number[];
}

/** A durable event of a session: what a transcript is made of. */
export type SessionEvent =
  | {
      readonly type: 'user_msg';
      readonly topic: string;
      readonly seq: number;
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
  | { readonly type: 'auth_success'; readonly user: User; readonly correlationId?: string }
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
  | { readonly type: 'presence'; readonly topic: string; readonly users: readonly PresentUser[] }
  | { readonly type: 'cursor'; readonly topic: string; readonly user: User; readonly concept?: string }
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
  | { readonly type: 'reconnect'; readonly reason: string; readonly afterMs: number }
  | { readonly type: 'ignored'; readonly name: string }
  | SessionEvent
  | PhaseFrame
  | ErrorMessage;

export type ConceptOp =
  | { readonly op: 'move'; readonly id: string; readonly x: number; readonly y: number }
  | { readonly op: 'pin'; readonly id: string; readonly pinned: boolean };

/** Commands change state, carry an id and are sent until they are answered. */
export type Command =
  | {
      readonly type: 'user_msg';
      readonly topic: string;
      readonly payload: { readonly text: string; readonly assistant: boolean };
    }
  | { readonly type: 'cancel'; readonly topic: string; readonly payload: { readonly turn: string } }
  | {
      readonly type: 'ingest';
      readonly topic: string;
      readonly payload: { readonly text: string; readonly source: string };
    }
  | {
      readonly type: 'concept_op';
      readonly topic: string;
      readonly payload: { readonly ops: readonly ConceptOp[] };
    };

/** Requests read, are tied to the connection that they were sent on and are not resent. */
export type Request =
  | { readonly type: 'ping'; readonly payload: { readonly timestamp: number } }
  | { readonly type: 'auth'; readonly payload: { readonly token?: string; readonly client_type: string } }
  | { readonly type: 'subscribe'; readonly payload: { readonly topic: string; readonly since?: number } }
  | {
      readonly type: 'history';
      readonly payload: { readonly topic: string; readonly before?: number; readonly limit: number };
    }
  | {
      readonly type: 'cursor';
      readonly payload: { readonly topic: string; readonly concept?: string };
    };
