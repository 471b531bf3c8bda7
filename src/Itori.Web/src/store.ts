import {
  emptyConversation,
  emptyGraph,
  type ClusterAlert,
  type CoherenceForecast,
  type Connection,
  type Conversation,
  type GraphState,
  type PresentUser,
  type SpectralState,
  type User,
} from '@itori/client';

export { createStore, type Store } from '@itori/client';

/** A document on its way into the graph. */
export interface Ingest {
  readonly key: string;
  readonly source: string;
  readonly characters: number;
  /** In [0, 1]. */
  readonly progress: number;
  readonly done: { readonly concepts: number; readonly relations: number } | null;
  readonly error: string | null;
}

/** What somebody else looks at. */
export interface Cursor {
  readonly user: User;
  readonly concept: string;
  /** What they have chosen, when it is more than that. */
  readonly selection?: readonly string[];
}

/** Where somebody else's hand is over the field, in layout units. It moves often, and is kept apart from what changes seldom. */
export interface Hand {
  readonly user: User;
  readonly x: number;
  readonly y: number;
}

export interface AppState {
  readonly connection: Connection;
  readonly user: User | null;
  /** Who this page has been: without signing in, a person is somebody new on every connection. */
  readonly selves: ReadonlySet<string>;
  readonly sessionId: string | null;
  readonly graphId: string | null;
  readonly conversation: Conversation;
  readonly graph: GraphState;
  readonly spectral: SpectralState | null;
  readonly forecast: CoherenceForecast | null;
  /** Clusters that come apart now. */
  readonly alerts: readonly ClusterAlert[];
  /** `unnamed`: how many more are in the graph than are named. */
  readonly presence: { readonly session: readonly PresentUser[]; readonly graph: readonly PresentUser[]; readonly unnamed: number };
  readonly cursors: ReadonlyMap<string, Cursor>;
  readonly hands: ReadonlyMap<string, Hand>;
  readonly ingests: readonly Ingest[];
  readonly selected: string | null;
}

export const initialState: AppState = {
  connection: { state: 'connecting', attempt: 0, reason: '' },
  user: null,
  selves: new Set(),
  sessionId: null,
  graphId: null,
  conversation: emptyConversation,
  graph: emptyGraph,
  spectral: null,
  forecast: null,
  alerts: [],
  presence: { session: [], graph: [], unnamed: 0 },
  cursors: new Map(),
  hands: new Map(),
  ingests: [],
  selected: null,
};
