import type { Concept, GraphState, Relation } from '@itori/client';
import type { FieldGraph } from './arranger';
import { seed, type Point } from './seeding';

/** Relations beyond this many, the weakest ones, are not drawn: nobody could tell them apart. */
const MAX_EDGES = 10_000;

/** Places of concepts that are not drawn now beyond this many are forgotten. */
const MAX_REMEMBERED = 20_000;

export interface Synced {
  /** So much changed that what has no place of the server's should be laid out again. */
  readonly changed: boolean;
  /** Concepts came that never had a place here. */
  readonly fresh: boolean;
  /** Concepts came or went. */
  readonly others: boolean;
  /** Concepts that the server has told no place of. */
  readonly homeless: number;
  /** Whether the server finds places. */
  readonly shared: boolean;
}

/**
 * Makes the drawn graph say what the state says. A concept that the server has a place for is to go there; one that it has none for keeps the place that it has here, also when it was gone for a while (`remembered`).
 */
export function syncConcepts(graph: FieldGraph, state: GraphState, held: string | null, remembered: Map<string, Point>): Synced {
  let changed = false;
  let others = false;
  let homeless = 0;
  let shared = false;
  if (remembered.size > MAX_REMEMBERED) remembered.clear();
  for (const id of graph.nodes()) {
    if (state.concepts.has(id)) continue;
    const { x, y } = graph.getNodeAttributes(id);
    remembered.set(id, { x, y });
    graph.dropNode(id);
    others = true;
  }
  const places = new Map<string, Point>();
  const fresh: string[] = [];
  const byWeight = [...state.concepts.values()].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  for (const concept of byWeight) {
    const place = homeOf(concept) ?? (graph.hasNode(concept.id) ? placeOf(graph, concept.id) : remembered.get(concept.id));
    if (place === undefined) fresh.push(concept.id);
    else places.set(concept.id, place);
  }
  const seeded = fresh.length === 0 ? places : seed(fresh, state.relations.values(), places);
  for (const concept of byWeight) {
    const home = homeOf(concept);
    if (home === null) homeless += 1;
    shared ||= concept.arranged === true;
    const attributes = {
      label: concept.label,
      size: 4 + 13 * Math.sqrt(Math.max(0, Math.min(1, concept.weight))),
      slot: concept.slot,
      phase: concept.phase,
      weight: concept.weight,
      cluster: concept.cluster,
      pinned: concept.pinned,
      home,
      fixed: home !== null || concept.pinned || held === concept.id,
    };
    if (graph.hasNode(concept.id)) {
      const node = graph.getNodeAttributes(concept.id);
      changed ||= node.home?.x !== home?.x || node.home?.y !== home?.y || node.fixed !== attributes.fixed;
      Object.assign(node, attributes);
    } else {
      const place = seeded.get(concept.id) ?? places.get(concept.id) ?? { x: 0, y: 0 };
      graph.addNode(concept.id, { ...attributes, x: place.x, y: place.y });
      others = true;
    }
  }
  return { changed: changed || others, fresh: fresh.length > 0, others, homeless, shared };
}

function homeOf({ x, y }: Concept): Point | null {
  return x === undefined || y === undefined ? null : { x, y };
}

function placeOf(graph: FieldGraph, id: string): Point {
  const { x, y } = graph.getNodeAttributes(id);
  return { x, y };
}

/** As for concepts. `weakest` is the weight under which a relation is not drawn. */
export function syncRelations(graph: FieldGraph, state: GraphState): { readonly changed: boolean; readonly weakest: number } {
  let changed = false;
  for (const id of graph.edges()) {
    if (state.relations.has(id)) continue;
    graph.dropEdge(id);
    changed = true;
  }
  const weights = new Float64Array(state.relations.size);
  let counted = 0;
  const fresh: Relation[] = [];
  for (const relation of state.relations.values()) {
    weights[counted++] = relation.weight;
    if (graph.hasEdge(relation.id)) {
      const edge = graph.getEdgeAttributes(relation.id);
      // A little stronger is no reason to move everything.
      changed ||= Math.abs(edge.weight - relation.weight) > 0.1;
      edge.weight = relation.weight;
    } else if (graph.hasNode(relation.source) && graph.hasNode(relation.target)) fresh.push(relation);
  }
  for (const { id, source, target, weight, kind } of fresh) graph.addEdgeWithKey(id, source, target, { weight, kind });
  changed ||= fresh.length > 0;
  return { changed, weakest: weights.sort().at(-1 - MAX_EDGES) ?? 0 };
}
