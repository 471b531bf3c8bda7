import Graph from 'graphology';
import { emptyGraph, type Concept, type GraphState, type Relation } from '@itori/client';
import { planOf, type FieldGraph } from '../src/field/arranger';
import { Layout, type FieldEdge, type FieldNode } from '../src/field/layout';
import { syncConcepts, syncRelations } from '../src/field/scene';
import type { Point } from '../src/field/seeding';

type Places = ReadonlyMap<string, Point>;

const TOPICS = 5;
const SAID_AT_A_TIME = 5;

/** A graph as it grows by talk: message for message about one of a few topics, old concepts and new ones. The same for the same number. */
function* growth(messages: number): Generator<GraphState> {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const topics: string[][] = Array.from({ length: TOPICS }, () => []);
  const mentions = new Map<string, number>();
  const together = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const weightOf = (evidence: number) => 1 - Math.exp(-evidence / 3);
  for (let message = 0; message < messages; message++) {
    const topic = topics[Math.floor(message / 6) % TOPICS] ?? [];
    const said = new Set<string>();
    while (said.size < SAID_AT_A_TIME) {
      if (topic.length < SAID_AT_A_TIME || random() < 0.35) topic.push(`c${(mentions.size * 7_919 + said.size) % 100_003}`);
      const from = random() < 0.1 ? (topics[Math.floor(random() * TOPICS)] ?? topic) : topic;
      said.add(from[Math.floor(random() ** 1.6 * from.length)] ?? topic.at(-1) ?? '');
    }
    const ids = [...said].sort();
    for (const [at, id] of ids.entries()) {
      count(mentions, id);
      for (const other of ids.slice(at + 1)) count(together, `${id} ${other}`);
    }
    const concepts = [...mentions].map(([id, times], slot): [string, Concept] => [
      id,
      { id, label: id, slot, weight: weightOf(times), phase: 0, pinned: false, cluster: 0, mentions: times, createdAt: 0, lastSeen: 0, sources: [] },
    ]);
    const relations = [...together].map(([pair, times]): [string, Relation] => {
      const [source = '', target = ''] = pair.split(' ');
      return [pair, { id: pair, source, target, weight: weightOf(times), kind: 'co_occurs' }];
    });
    yield { ...emptyGraph, known: true, seq: message + 1, epoch: 1, concepts: new Map(concepts), relations: new Map(relations) };
  }
}

/** Someone at a page: shows one state after the other as the field does. */
class Page {
  private readonly graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  private readonly layout = new Layout();

  show(state: GraphState): Places {
    const first = this.graph.order === 0;
    const { changed } = syncConcepts(this.graph, state, null, new Map());
    if (syncRelations(this.graph, state).changed || changed) {
      const plan = planOf(this.graph, first ? 1 : 0.6);
      this.layout.restart(plan);
      while (this.layout.step(Infinity));
      const places = this.layout.places();
      for (const [row, id] of plan.ids.entries()) this.graph.mergeNodeAttributes(id, { x: places[2 * row] ?? 0, y: places[2 * row + 1] ?? 0 });
    }
    return new Map(this.graph.mapNodes((id, { x, y }) => [id, { x, y }]));
  }
}

/** How far concepts that both have are apart on average, in parts of the layout's radius. */
function apart(one: Places, other: Places): number {
  let [sum, common, squares] = [0, 0, 0];
  for (const [id, { x, y }] of other) {
    squares += x * x + y * y;
    const there = one.get(id);
    if (there === undefined) continue;
    sum += Math.hypot(x - there.x, y - there.y);
    common += 1;
  }
  return sum / common / Math.sqrt(squares / other.size);
}

/** `stays`, `anew`: how far one more message moves a concept, on a page that saw the graph grow, and if every state were arranged from the beginning. `differ`: how far the two are apart. */
export function compare(messages: number, from: number) {
  const watcher = new Page();
  const [stays, anew, differ]: [number[], number[], number[]] = [[], [], []];
  let [seen, fresh]: [Places, Places] = [new Map(), new Map()];
  let last = emptyGraph;
  for (const state of growth(messages)) {
    const [grown, opened] = [watcher.show(state), new Page().show(state)];
    if (state.seq > from) {
      stays.push(apart(seen, grown));
      anew.push(apart(fresh, opened));
      differ.push(apart(opened, grown));
    }
    [seen, fresh, last] = [grown, opened, state];
  }
  const mean = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return { concepts: last.concepts.size, relations: last.relations.size, stays: mean(stays), anew: mean(anew), differ: mean(differ) };
}
