import type { Concept, GraphState } from '@itori/client';

export interface Filter {
  /** Lighter concepts are hidden; in [0, 1]. */
  readonly weight: number;
  /** Only what was said within this time before now, ms; null: ever. */
  readonly within: number | null;
  /** Clusters that are hidden. */
  readonly without: ReadonlySet<number>;
}

export const noFilter: Filter = { weight: 0, within: null, without: new Set() };

export function isFiltering({ weight, within, without }: Filter): boolean {
  return weight > 0 || within !== null || without.size > 0;
}

/** The concepts that a filter hides. `now` in Unix ms. */
export function hiddenBy(filter: Filter, graph: GraphState, now: number): ReadonlySet<string> {
  const hidden = new Set<string>();
  if (!isFiltering(filter)) return hidden;
  for (const concept of graph.concepts.values()) {
    if (isHidden(filter, concept, now)) hidden.add(concept.id);
  }
  return hidden;
}

export interface ClusterName {
  readonly id: number;
  readonly name: string;
  readonly size: number;
}

/** Clusters by size, each called by its heaviest concept. */
export function clustersOf(graph: GraphState): readonly ClusterName[] {
  const found = new Map<number, { size: number; heaviest: Concept }>();
  for (const concept of graph.concepts.values()) {
    if (concept.cluster === 0) continue;
    const known = found.get(concept.cluster);
    if (known === undefined) found.set(concept.cluster, { size: 1, heaviest: concept });
    else {
      known.size += 1;
      if (concept.weight > known.heaviest.weight) known.heaviest = concept;
    }
  }
  return [...found].map(([id, { size, heaviest }]) => ({ id, name: heaviest.label, size })).sort((a, b) => b.size - a.size || a.id - b.id);
}

function isHidden({ weight, within, without }: Filter, concept: Concept, now: number): boolean {
  return concept.weight < weight || (within !== null && concept.lastSeen < now - within) || without.has(concept.cluster);
}
