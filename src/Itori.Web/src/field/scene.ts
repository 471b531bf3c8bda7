import type { GraphState } from '@itori/client';
import type { FieldGraph } from './arranger';
import { seed, type Point } from './seeding';

/** Relations beyond this many, the weakest ones, are not drawn: nobody could tell them apart. */
const MAX_EDGES = 10_000;

/** Places of concepts that are not drawn now beyond this many are forgotten. */
const MAX_REMEMBERED = 20_000;

export interface Synced {
  /** So much changed that the graph should be laid out again. */
  readonly changed: boolean;
  /** Concepts came that never had a place here. */
  readonly fresh: boolean;
}

/**
 * Makes the drawn graph say what the state says; concepts that were there keep their places, also when they were gone for a while (`remembered`): on the way
 * through the past nothing jumps.
 */
export function syncConcepts(graph: FieldGraph, state: GraphState, held: string | null, remembered: Map<string, Point>): Synced {
  let changed = false;
  if (remembered.size > MAX_REMEMBERED) remembered.clear();
  for (const id of graph.nodes()) {
    if (state.concepts.has(id)) continue;
    const { x, y } = graph.getNodeAttributes(id);
    remembered.set(id, { x, y });
    graph.dropNode(id);
    changed = true;
  }
  const places = new Map<string, Point>();
  const fresh: string[] = [];
  const byWeight = [...state.concepts.values()].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  for (const concept of byWeight) {
    if (graph.hasNode(concept.id)) {
      const { x, y } = graph.getNodeAttributes(concept.id);
      places.set(concept.id, { x, y });
    } else if (concept.x !== undefined && concept.y !== undefined) places.set(concept.id, { x: concept.x, y: concept.y });
    else {
      const place = remembered.get(concept.id);
      if (place === undefined) fresh.push(concept.id);
      else places.set(concept.id, place);
    }
  }
  const seeded = seed(fresh, state.relations.values(), places);
  for (const concept of byWeight) {
    const given = concept.x !== undefined && concept.y !== undefined;
    const isHeld = held === concept.id;
    const attributes = {
      label: concept.label,
      size: 4 + 13 * Math.sqrt(Math.max(0, Math.min(1, concept.weight))),
      slot: concept.slot,
      phase: concept.phase,
      weight: concept.weight,
      cluster: concept.cluster,
      pinned: concept.pinned,
      fixed: given || concept.pinned || isHeld,
    };
    if (graph.hasNode(concept.id)) {
      const node = graph.getNodeAttributes(concept.id);
      const moved = given && !isHeld && (node.x !== concept.x || node.y !== concept.y);
      changed ||= moved || node.fixed !== attributes.fixed;
      Object.assign(node, attributes, moved ? { x: concept.x, y: concept.y } : {});
    } else {
      const place = seeded.get(concept.id) ?? places.get(concept.id) ?? { x: 0, y: 0 };
      graph.addNode(concept.id, { ...attributes, ...place });
      changed = true;
    }
  }
  return { changed, fresh: fresh.length > 0 };
}

/** As for concepts. `weakest` is the weight under which a relation is not drawn. */
export function syncRelations(graph: FieldGraph, state: GraphState): { readonly changed: boolean; readonly weakest: number } {
  let changed = false;
  for (const id of graph.edges()) {
    if (state.relations.has(id)) continue;
    graph.dropEdge(id);
    changed = true;
  }
  const weights: number[] = [];
  for (const relation of state.relations.values()) {
    weights.push(relation.weight);
    if (graph.hasEdge(relation.id)) {
      const edge = graph.getEdgeAttributes(relation.id);
      // A little stronger is no reason to move everything.
      changed ||= Math.abs(edge.weight - relation.weight) > 0.1;
      edge.weight = relation.weight;
    } else if (graph.hasNode(relation.source) && graph.hasNode(relation.target)) {
      graph.addEdgeWithKey(relation.id, relation.source, relation.target, { weight: relation.weight, kind: relation.kind });
      changed = true;
    }
  }
  weights.sort((a, b) => b - a);
  return { changed, weakest: weights[MAX_EDGES] ?? 0 };
}
