import type { Reply } from '../outbox.js';
import type { ConceptOp, GraphDelta, ServerMessage, User } from '../protocol/messages.js';
import type { ClientPayloads } from '../protocol/wire.js';
import { Batch } from '../schedule.js';
import { applyDeltas, emptyGraph, fromSnapshot, type GraphState } from '../state/graph.js';
import { stillHere, withPointer } from '../state/pointers.js';
import { createStore, type Store } from '../store.js';
import type { Subscribed, TopicFilter } from '../topics.js';
import { Feed, noPresence, type FeedLink } from './feed.js';

/** Where somebody else points: at a concept, at a place of the layout, or at both. */
export interface Pointer {
  readonly user: User;
  readonly concept?: string;
  readonly x?: number;
  readonly y?: number;
  /** What they have chosen, where they tell it. */
  readonly selection?: readonly string[];
}

/** Deltas that may wait for the next picture: beyond it they are applied at once. */
const MAX_WAITING = 500;

/** One concept graph: the snapshot and every change since. Changes are applied once per picture, however many come. */
export class GraphFeed extends Feed {
  readonly state: Store<GraphState> = createStore(emptyGraph);
  readonly presence = noPresence();
  /** How many watch, of whom `presence` may name only some; changes with it. */
  present = 0;
  /** By user id. */
  readonly pointers: Store<ReadonlyMap<string, Pointer>> = createStore<ReadonlyMap<string, Pointer>>(new Map());
  readonly #deltas: Batch<GraphDelta>;

  constructor(id: string, filter: TopicFilter, link: FeedLink) {
    super('graph', id, filter, link);
    this.#deltas = new Batch(link.schedule, MAX_WAITING, (deltas) => this.#apply(deltas));
  }

  /** Changes the graph: all operations or none. */
  operate(ops: readonly ConceptOp[]): Promise<Reply> {
    return this.link.socket.send({ type: 'concept_op', topic: this.topic, payload: { ops } });
  }

  /** Gives the graph a document to find concepts in. */
  ingest(text: string, source?: string): Promise<Reply> {
    return this.link.socket.send({ type: 'ingest', topic: this.topic, payload: source === undefined ? { text } : { text, source } });
  }

  /** Shows the others where this person looks: a concept by its id, or more than that; null: nowhere. */
  point(at: string | Omit<ClientPayloads['cursor'], 'topic'> | null): void {
    this.link.socket.notify({ type: 'cursor', payload: { topic: this.topic, ...(typeof at === 'string' ? { concept: at } : at) } });
  }

  override close(): void {
    this.#deltas.clear();
    super.close();
  }

  protected override begin(reply: Subscribed): void {
    if (reply.snapshot !== undefined) this.#replace(reply.snapshot);
  }

  #replace(snapshot: Parameters<typeof fromSnapshot>[0]): void {
    this.#deltas.clear();
    this.state.set(() => fromSnapshot(snapshot));
  }

  protected override take(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#replace(message.snapshot);
        break;
      case 'delta':
        this.#deltas.add(message.delta);
        break;
      case 'progress':
        this.#deltas.flush();
        this.state.set((state) => ({ ...state, seq: message.seq }));
        break;
      case 'presence':
        this.present = message.count;
        this.presence.set(() => message.users);
        this.pointers.set((pointers) => stillHere(pointers, message));
        break;
      case 'cursor':
        this.#pointed(message);
        break;
      default:
    }
  }

  #pointed({ type, topic, ...pointer }: Extract<ServerMessage, { type: 'cursor' }>): void {
    const { user, concept, x } = pointer;
    if (user.id === this.link.me.get()?.id) return;
    this.pointers.set((pointers) => withPointer(pointers, user.id, (concept ?? x) === undefined ? null : pointer));
  }

  #apply(deltas: readonly GraphDelta[]): void {
    let hole = false;
    this.state.set((state) => {
      const applied = applyDeltas(state, deltas);
      hole = applied.hole;
      return applied.graph;
    });
    if (hole) this.watch.restart();
  }
}
