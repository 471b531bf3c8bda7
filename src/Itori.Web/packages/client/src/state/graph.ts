import type { Concept, GraphDelta, GraphSnapshot, Relation } from '../protocol/messages.js';

/** A graph as of its durable event `seq`. Values are replaced, never changed in place. */
export interface GraphState {
  readonly seq: number;
  readonly epoch: number;
  /** False until the first snapshot: an empty graph is known to be empty. */
  readonly known: boolean;
  readonly concepts: ReadonlyMap<string, Concept>;
  readonly relations: ReadonlyMap<string, Relation>;
}

export const emptyGraph: GraphState = { seq: 0, epoch: 0, known: false, concepts: new Map(), relations: new Map() };

export function fromSnapshot(snapshot: GraphSnapshot): GraphState {
  return {
    seq: snapshot.seq,
    epoch: snapshot.epoch,
    known: true,
    concepts: new Map(snapshot.concepts.map((concept) => [concept.id, concept])),
    relations: new Map(snapshot.relations.map((relation) => [relation.id, relation])),
  };
}

/**
 * Applies deltas in order, copying the maps once for all of them. Those that the graph already holds are passed over; at a hole it stops and says so, for what
 * comes after a hole means nothing. With a filter a delta says itself what it follows on.
 */
export function applyDeltas(graph: GraphState, deltas: readonly GraphDelta[]): { readonly graph: GraphState; readonly hole: boolean } {
  let { seq, epoch } = graph;
  let concepts: Map<string, Concept> | null = null;
  let relations: Map<string, Relation> | null = null;
  let hole = false;

  for (const delta of deltas) {
    if (delta.seq <= seq) continue;
    if ((delta.prev ?? delta.seq - 1) > seq) {
      hole = true;
      break;
    }
    if (delta.added.length + delta.changed.length + delta.removed.length > 0) {
      concepts ??= new Map(graph.concepts);
      for (const id of delta.removed) concepts.delete(id);
      for (const concept of delta.added) concepts.set(concept.id, concept);
      for (const change of delta.changed) {
        const known = concepts.get(change.id);
        if (known !== undefined) concepts.set(change.id, { ...known, ...change });
      }
    }
    if (delta.relationsAdded.length + delta.relationsChanged.length + delta.relationsRemoved.length > 0) {
      relations ??= new Map(graph.relations);
      for (const id of delta.relationsRemoved) relations.delete(id);
      for (const relation of delta.relationsAdded) relations.set(relation.id, relation);
      for (const relation of delta.relationsChanged) relations.set(relation.id, relation);
    }
    seq = delta.seq;
    epoch = delta.epoch;
  }

  const changed = seq !== graph.seq;
  const next = changed ? { ...graph, seq, epoch, concepts: concepts ?? graph.concepts, relations: relations ?? graph.relations } : graph;
  return { graph: next, hole };
}

/** A concept's relations, the strongest first. */
export function relationsOf(graph: GraphState, id: string): readonly { readonly relation: Relation; readonly other: Concept }[] {
  const found: { relation: Relation; other: Concept }[] = [];
  for (const relation of graph.relations.values()) {
    const otherId = relation.source === id ? relation.target : relation.target === id ? relation.source : null;
    const other = otherId === null ? undefined : graph.concepts.get(otherId);
    if (other !== undefined) found.push({ relation, other });
  }
  return found.sort((a, b) => b.relation.weight - a.relation.weight);
}
