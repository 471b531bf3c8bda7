import Graph from 'graphology';
import Sigma from 'sigma';
import type { GraphState } from '../state/graph';
import type { PhaseTrack } from '../state/phases';
import { Layout, type FieldEdge, type FieldGraph, type FieldNode } from './layout';
import { Overlay, type Ring } from './overlay';
import { buildPalette, hue, mix, type Palette } from './palette';
import { Pace } from './pace';
import { seed, type Point } from './seeding';

export interface FieldEvents {
  readonly select: (id: string | null) => void;
  readonly hover: (id: string | null) => void;
  readonly moved: (id: string, x: number, y: number) => void;
}

/** Edges beyond this many, the weakest ones, are not drawn: nobody could tell them apart. */
const MAX_EDGES = 2_500;
/** Above this many concepts hues turn with the frames instead of with the screen. */
const SMOOTH_UP_TO = 3_000;
/** Labels keep clear of this many nodes; with more there is no clear place anyway. */
const MAX_OBSTACLES = 400;
const EDGE_SHADES = 16;
const LAYOUT_BUDGET_MS = 5;
/** A first picture is worth this long a wait. */
const FIRST_LAYOUT_MS = 120;

/** Draws a graph and its phases with sigma. Knows nothing of React; state comes in through its methods, phases are asked for at every picture. */
export class FieldRenderer {
  private readonly graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  private readonly layout = new Layout(this.graph);
  private readonly sigma: Sigma<FieldNode, FieldEdge>;
  private readonly overlay: Overlay;
  private readonly unlisten: () => void;
  private palette: Palette;
  private edgeShades: readonly string[] = [];
  private shown: GraphState | null = null;
  private focus: string | null = null;
  private near: ReadonlySet<string> = new Set();
  private hovered: string | null = null;
  private selected: string | null = null;
  private dragged: { id: string; moved: boolean } | null = null;
  private weakestShown = 0;
  private bounds: { x: [number, number]; y: [number, number] } | null = null;
  private readonly pace = new Pace(() => this.picture());
  private scale = 1;
  private stale = true;
  private phasesMoved = false;
  private turnedUntil = 0;

  /** @throws Error where the browser has no WebGL. */
  constructor(
    private readonly container: HTMLElement,
    private readonly phases: PhaseTrack,
    private readonly events: FieldEvents,
    private look: { dark: boolean; still: boolean },
  ) {
    this.palette = buildPalette(look.dark);
    this.sigma = new Sigma<FieldNode, FieldEdge>(this.graph, container, {
      allowInvalidContainer: true,
      autoCenter: true,
      stagePadding: 56,
      labelDensity: 1.4,
      labelGridCellSize: 76,
      labelRenderedSizeThreshold: 0,
      labelFont: getComputedStyle(container).fontFamily,
      labelWeight: '500',
      minCameraRatio: 0.08,
      maxCameraRatio: 2.5,
      minEdgeThickness: 0.6,
      zIndex: true,
      zoomDuration: look.still ? 0 : 180,
      nodeReducer: (id, node) => this.drawnNode(id, node),
      edgeReducer: (id, edge) => this.drawnEdge(id, edge),
      defaultDrawNodeLabel: (_, node) => this.overlay.want(node),
      defaultDrawNodeHover: () => undefined,
    });
    this.overlay = new Overlay(container, (id) => this.priority(id));
    this.setPalette();
    this.listen();
    this.resized();
    this.unlisten = phases.listen(() => {
      this.phasesMoved = true;
      this.turnedUntil = performance.now() + 400;
      this.wake();
    });
    this.wake();
  }

  /** Shows a graph; concepts that were there keep their places. */
  show(state: GraphState): void {
    if (state === this.shown) return;
    const before = this.shown;
    this.shown = state;
    let changed = false;
    if (before?.concepts !== state.concepts) changed = this.syncConcepts(state) || changed;
    if (before?.relations !== state.relations || before?.concepts !== state.concepts) changed = this.syncRelations(state) || changed;
    if (changed) {
      const first = before === null || before.concepts.size === 0;
      this.layout.restart(first ? 1 : 0.6);
      if (first) this.layout.step(this.look.still ? 1_500 : FIRST_LAYOUT_MS);
    }
    this.refocus();
    this.stale = true;
    this.wake();
  }

  select(id: string | null): void {
    this.selected = id;
    this.refocus();
  }

  setRings(rings: readonly Ring[]): void {
    this.overlay.rings = rings;
    this.sigma.scheduleRender();
  }

  setDrifting(ids: readonly string[]): void {
    this.overlay.drifting = new Set(ids);
    this.sigma.scheduleRender();
  }

  setLook(look: { dark: boolean; still: boolean }): void {
    this.look = look;
    this.palette = buildPalette(look.dark);
    this.setPalette();
    this.stale = true;
    this.wake();
  }

  /** The whole graph in view. */
  fit(): void {
    void this.sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1 }, { duration: this.look.still ? 0 : 250 });
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration: this.look.still ? 0 : 180 });
  }

  destroy(): void {
    this.pace.stop();
    this.unlisten();
    this.overlay.destroy();
    this.sigma.kill();
  }

  private setPalette(): void {
    const [faint, strong] = this.palette.edgeRange;
    this.edgeShades = Array.from(
      { length: EDGE_SHADES },
      (_, shade) => mix(this.palette.ground, this.palette.edge, faint + (strong - faint) * (shade / (EDGE_SHADES - 1))),
    );
    this.overlay.palette = this.palette;
  }

  private syncConcepts(state: GraphState): boolean {
    let changed = false;
    for (const id of this.graph.nodes()) {
      if (state.concepts.has(id)) continue;
      this.graph.dropNode(id);
      changed = true;
    }
    const places = new Map<string, Point>();
    const fresh: string[] = [];
    const byWeight = [...state.concepts.values()].sort((a, b) => b.weight - a.weight);
    for (const concept of byWeight) {
      if (this.graph.hasNode(concept.id)) {
        const { x, y } = this.graph.getNodeAttributes(concept.id);
        places.set(concept.id, { x, y });
      } else if (concept.x !== undefined && concept.y !== undefined) places.set(concept.id, { x: concept.x, y: concept.y });
      else fresh.push(concept.id);
    }
    const seeded = seed(fresh, state.relations.values(), places);
    for (const concept of byWeight) {
      const given = concept.x !== undefined && concept.y !== undefined;
      const held = this.dragged?.id === concept.id;
      const attributes = {
        label: concept.label,
        size: 4 + 13 * Math.sqrt(Math.max(0, Math.min(1, concept.weight))),
        slot: concept.slot,
        phase: concept.phase,
        weight: concept.weight,
        pinned: concept.pinned,
        fixed: given || concept.pinned || held,
      };
      if (this.graph.hasNode(concept.id)) {
        const node = this.graph.getNodeAttributes(concept.id);
        const moved = given && !held && (node.x !== concept.x || node.y !== concept.y);
        changed ||= moved || node.fixed !== attributes.fixed;
        Object.assign(node, attributes, moved ? { x: concept.x, y: concept.y } : {});
      } else {
        const place = seeded.get(concept.id) ?? places.get(concept.id) ?? { x: 0, y: 0 };
        this.graph.addNode(concept.id, { ...attributes, ...place });
        changed = true;
      }
    }
    return changed;
  }

  private syncRelations(state: GraphState): boolean {
    let changed = false;
    for (const id of this.graph.edges()) {
      if (state.relations.has(id)) continue;
      this.graph.dropEdge(id);
      changed = true;
    }
    const weights: number[] = [];
    for (const relation of state.relations.values()) {
      weights.push(relation.weight);
      if (this.graph.hasEdge(relation.id)) {
        const edge = this.graph.getEdgeAttributes(relation.id);
        // A little stronger is no reason to move everything.
        changed ||= Math.abs(edge.weight - relation.weight) > 0.1;
        edge.weight = relation.weight;
      } else if (this.graph.hasNode(relation.source) && this.graph.hasNode(relation.target)) {
        this.graph.addEdgeWithKey(relation.id, relation.source, relation.target, { weight: relation.weight, kind: relation.kind });
        changed = true;
      }
    }
    weights.sort((a, b) => b - a);
    this.weakestShown = weights[MAX_EDGES] ?? 0;
    return changed;
  }

  private drawnNode(id: string, node: FieldNode) {
    const phase = this.phaseOf(node);
    const faded = this.focus !== null && id !== this.focus && !this.near.has(id);
    return {
      x: node.x,
      y: node.y,
      size: node.size * this.scale,
      label: node.label,
      color: hue(faded ? this.palette.faded : this.palette.vivid, phase),
      forceLabel: !faded && this.focus !== null,
      zIndex: faded ? 0 : 1,
      hidden: false,
      highlighted: false,
      type: 'circle',
    };
  }

  private drawnEdge(id: string, edge: FieldEdge) {
    // Most relations of a real conversation weigh 0.05 to 0.3, those of a first message less; the root lets the eye tell them apart, and even the weakest is to be seen.
    const strength = 0.25 + 0.75 * Math.sqrt(Math.max(0, Math.min(1, edge.weight)));
    const touched = this.focus === null || this.graph.hasExtremity(id, this.focus);
    const shade = Math.round(strength * (EDGE_SHADES - 1));
    const { ground, edge: ink } = this.palette;
    return {
      size: touched ? 0.6 + 2.8 * strength : 0.6,
      color: this.focus === null ? (this.edgeShades[shade] ?? ink) : mix(ground, ink, touched ? 0.4 + 0.5 * strength : 0.07),
      hidden: edge.weight < this.weakestShown && !(touched && this.focus !== null),
      label: '',
      forceLabel: false,
      // Strong over weak: sigma draws by ascending order.
      zIndex: touched ? shade : 0,
      type: 'line',
    };
  }

  private phaseOf(node: FieldNode): number {
    const now = this.look.still ? undefined : performance.now();
    return (now === undefined ? this.phases.latest(node.slot) : this.phases.at(node.slot, now)) ?? node.phase;
  }

  private priority(id: string): number {
    if (!this.graph.hasNode(id)) return 0;
    const base = this.graph.getNodeAttribute(id, 'weight');
    if (id === this.hovered) return base + 30;
    if (id === this.selected) return base + 20;
    return this.near.has(id) ? base + 10 : base;
  }

  private refocus(): void {
    const focus = this.hovered ?? this.selected;
    this.focus = focus !== null && this.graph.hasNode(focus) ? focus : null;
    this.near = this.focus === null ? new Set() : new Set(this.graph.neighbors(this.focus));
    this.overlay.setFocus(this.selected, this.focus, this.near);
    this.stale = true;
    this.wake();
  }

  private listen(): void {
    const { sigma } = this;
    const hover = (id: string | null) => {
      if (this.dragged !== null || this.hovered === id) return;
      this.hovered = id;
      this.container.style.cursor = id === null ? '' : 'pointer';
      this.refocus();
      this.events.hover(id);
    };
    sigma.on('enterNode', ({ node }) => hover(node));
    sigma.on('leaveNode', () => hover(null));
    sigma.on('clickNode', ({ node }) => this.events.select(node));
    sigma.on('clickStage', () => this.events.select(null));
    sigma.on('doubleClickStage', (event) => {
      event.preventSigmaDefault();
      this.fit();
    });
    sigma.on('downNode', ({ node, event }) => {
      this.dragged = { id: node, moved: false };
      event.preventSigmaDefault();
    });
    sigma.on('moveBody', ({ event }) => {
      if (this.dragged === null) return;
      const node = this.graph.getNodeAttributes(this.dragged.id);
      const place = sigma.viewportToGraph(event);
      if (!this.dragged.moved) {
        node.fixed = true;
        this.dragged.moved = true;
      }
      node.x = place.x;
      node.y = place.y;
      event.preventSigmaDefault();
      this.stale = true;
      this.wake();
    });
    const release = () => {
      const drag = this.dragged;
      this.dragged = null;
      if (drag === null || !drag.moved || !this.graph.hasNode(drag.id)) return;
      const { x, y } = this.graph.getNodeAttributes(drag.id);
      this.layout.restart(0.35);
      this.events.moved(drag.id, x, y);
      this.wake();
    };
    sigma.getMouseCaptor().on('mouseup', release);
    sigma.on('leaveStage', release);
    sigma.on('beforeRender', () => this.overlay.begin());
    sigma.on('afterRender', () => this.overlay.draw((id) => this.placeOf(id), this.obstacles()));
    sigma.on('resize', () => this.resized());
  }

  private placeOf(id: string): { x: number; y: number; radius: number } | null {
    const drawn = this.sigma.getNodeDisplayData(id);
    if (drawn === undefined) return null;
    const { x, y } = this.sigma.framedGraphToViewport(drawn);
    return { x, y, radius: this.sigma.scaleSize(drawn.size) };
  }

  /** The nodes that labels must not cover. */
  private obstacles(): { x: number; y: number; radius: number }[] {
    const places: { x: number; y: number; radius: number }[] = [];
    for (const id of this.graph.nodeEntries()) {
      const place = this.placeOf(id.node);
      if (place !== null) places.push(place);
      if (places.length >= MAX_OBSTACLES) break;
    }
    return places;
  }

  /** Nodes and margins of a small picture are smaller, or they would cover it. */
  private resized(): void {
    const side = Math.min(this.container.clientWidth, this.container.clientHeight);
    this.scale = Math.min(1, Math.max(0.5, side / 640));
    this.sigma.setSetting('stagePadding', Math.round(60 * this.scale));
    this.stale = true;
    this.wake();
  }

  private wake(): void {
    this.pace.wake();
  }

  private picture(): void {
    const laidOut = this.dragged === null && this.layout.step(this.look.still ? 60 : LAYOUT_BUDGET_MS);
    const framing = this.frame();
    if (laidOut || framing || this.stale) {
      this.stale = false;
      this.phasesMoved = false;
      this.sigma.refresh({ schedule: false });
    } else if (this.phasesMoved || !this.framewise()) {
      this.phasesMoved = false;
      this.sigma.refresh({ schedule: false, skipIndexation: true, partialGraph: { nodes: this.graph.nodes() } });
    }
    const turning = !this.framewise() && performance.now() < this.turnedUntil;
    if (laidOut || framing || turning) this.wake();
  }

  /** Whether hues change with each frame only, not in between. */
  private framewise(): boolean {
    return this.look.still || this.graph.order > SMOOTH_UP_TO;
  }

  /** Lets the picture's frame follow the graph slowly, so that a concept that flies out does not shake the rest. True while it moves. */
  private frame(): boolean {
    if (this.graph.order === 0 || this.dragged !== null) return false;
    const target = { x: [Infinity, -Infinity] as [number, number], y: [Infinity, -Infinity] as [number, number] };
    this.graph.forEachNode((_, { x, y }) => {
      target.x = [Math.min(target.x[0], x), Math.max(target.x[1], x)];
      target.y = [Math.min(target.y[0], y), Math.max(target.y[1], y)];
    });
    for (const side of [target.x, target.y]) {
      const room = Math.max(0, 40 - (side[1] - side[0])) / 2;
      side[0] -= room;
      side[1] += room;
    }
    if (this.bounds === null || this.look.still) {
      const same = this.bounds !== null && near(this.bounds.x, target.x) && near(this.bounds.y, target.y);
      this.bounds = target;
      this.sigma.setCustomBBox(target);
      return !same && this.look.still;
    }
    if (near(this.bounds.x, target.x) && near(this.bounds.y, target.y)) return false;
    this.bounds = { x: toward(this.bounds.x, target.x), y: toward(this.bounds.y, target.y) };
    this.sigma.setCustomBBox(this.bounds);
    return true;
  }
}

function near(a: readonly [number, number], b: readonly [number, number]): boolean {
  const slack = 0.002 * Math.max(1, b[1] - b[0]);
  return Math.abs(a[0] - b[0]) < slack && Math.abs(a[1] - b[1]) < slack;
}

function toward(a: readonly [number, number], b: readonly [number, number]): [number, number] {
  return [a[0] + 0.14 * (b[0] - a[0]), a[1] + 0.14 * (b[1] - a[1])];
}
