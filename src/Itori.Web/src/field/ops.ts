import type { ConceptOp, GraphState, Relation } from '@itori/client';

/** All that is chosen becomes `into`, which keeps its label and place. */
export function mergeInto(into: string, others: readonly string[]): readonly ConceptOp[] {
  return others.filter((id) => id !== into).map((source) => ({ op: 'merge', source, target: into }));
}

/** Relates the first to each of the others. */
export function linkAll([first, ...others]: readonly string[]): readonly ConceptOp[] {
  return first === undefined ? [] : others.map((target) => ({ op: 'link', source: first, target, weight: 0.5 }));
}

/** Takes away every relation among them. */
export function unlinkAll(relations: readonly Relation[]): readonly ConceptOp[] {
  const pairs = new Map(relations.map(({ source, target }) => [[source, target].sort().join('\n'), { source, target }]));
  return [...pairs.values()].map(({ source, target }) => ({ op: 'unlink', source, target }));
}

/** The relations among some concepts. */
export function relationsAmong(graph: GraphState, ids: readonly string[]): readonly Relation[] {
  const among = new Set(ids);
  return [...graph.relations.values()].filter(({ source, target }) => among.has(source) && among.has(target));
}
