import type { Concept, GraphState, Relation } from '@itori/client';

/** A graph as talk makes them: few concepts are in many relations, most in few; clusters of about forty. The same for the same numbers. */
export function talk(concepts: number, relations: number): GraphState {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const nodes = new Map<string, Concept>();
  for (let slot = 0; slot < concepts; slot++) {
    const weight = 1 / (1 + slot / 30);
    nodes.set(`c${slot}`, {
      id: `c${slot}`,
      label: `concept ${slot}`,
      slot,
      weight,
      phase: random() * 6.28,
      pinned: false,
      cluster: 1 + (slot % Math.max(1, Math.round(concepts / 40))),
      mentions: 1,
      createdAt: 1,
      lastSeen: 1,
      sources: [],
    });
  }
  const clusters = Math.max(1, Math.round(concepts / 40));
  const edges = new Map<string, Relation>();
  while (edges.size < relations) {
    const source = Math.floor(random() * concepts);
    const near = random() < 0.85 ? (source + clusters * (1 + Math.floor(random() * 39))) % concepts : Math.floor(random() ** 2 * concepts);
    const id = `${source}-${near}`;
    if (source !== near) edges.set(id, { id, source: `c${source}`, target: `c${near}`, weight: random(), kind: 'co_occurs' });
  }
  return { seq: 1, epoch: 1, known: true, concepts: nodes, relations: edges };
}
