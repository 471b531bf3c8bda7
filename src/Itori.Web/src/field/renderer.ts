import Graph from 'graphology';
import type { GraphState, PhaseTrack } from '@itori/client';
import { Appearance } from './appearance';
import { Arranger, type FieldGraph } from './arranger';
import { EdgeLayer } from './edgeLayer';
import { Fingers } from './fingers';
import { Framing } from './framing';
import type { Shot } from './gl';
import { Grip } from './grip';
import { Hands, type HandMark } from './hands';
import { Homing } from './homing';
import { hulls, type Cluster } from './hulls';
import { obstacles, wantedLabels } from './labelChoice';
import type { FieldEdge, FieldNode } from './layout';
import { Mouse } from './mouse';
import { NodeLayer } from './nodeLayer';
import { Nudge } from './nudge';
import { Overlay, type Ring } from './overlay';
import { Pace } from './pace';
import { composePicture } from './picture';
import { Rows } from './rows';
import { syncConcepts, syncRelations } from './scene';
import type { Point } from './seeding';
import { Turning } from './turning';
import { Underlay } from './underlay';
import { Viewpoint } from './viewpoint';

export interface FieldEvents {
  /** `more`: what is chosen already stays. */
  readonly select: (id: string | null, more: boolean) => void;
  readonly hover: (id: string | null, at: { readonly x: number; readonly y: number } | null) => void;
  readonly moved: (id: string, x: number, y: number) => void;
  /** Where a mouse is, in layout units that mean the same to everybody; null: nowhere, or nowhere that others would find. */
  readonly reached: (place: Point | null) => void;
  /** Whether the page finds places itself, since the server tells none. */
  readonly alone: (alone: boolean) => void;
}

export interface Look {
  readonly dark: boolean;
  readonly still: boolean;
}

/** Clusters of more concepts than this lie over each other, and outlines would only be lines more. */
const MAX_OUTLINED = 1_200;
/** A finger that misses a concept by less than this means it. */
const FINGER_PX = 16;

/** What a picture has to be made of. Each includes those after it. */
export type Depth = 'relations' | 'looks' | 'places' | 'view' | 'phases';

const DEPTHS: readonly Depth[] = ['phases', 'view', 'places', 'looks', 'relations'];

/**
 * Draws a graph and its phases: outlines, edges, discs and labels, a canvas each, so that turning phases draw discs only. Knows nothing of React; state comes in through its methods, phases are asked for at every picture.
 */
export class FieldRenderer {
  readonly viewpoint: Viewpoint;

  private readonly graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  private readonly rows = new Rows();
  private readonly arranger: Arranger;
  private readonly underlay: Underlay;
  private readonly edges: EdgeLayer;
  private readonly nodes: NodeLayer;
  private readonly overlay: Overlay;
  private readonly hands: Hands;
  private readonly turning: Turning;
  private readonly appearance: Appearance;
  private shown: GraphState | null = null;
  private hidden: ReadonlySet<string> = new Set();
  private focus: string | null = null;
  private near: ReadonlySet<string> = new Set();
  private hovered: string | null = null;
  private selected: ReadonlySet<string> = new Set();
  private readonly grip: Grip;
  private readonly nudge: Nudge;
  private readonly fingers: Fingers;
  private readonly mouse: Mouse;
  private readonly resizing = new ResizeObserver(() => this.resized());
  private weakestShown = 0;
  private readonly remembered = new Map<string, Point>();
  private wasPast = false;
  private homeless = 0;
  private readonly homing = new Homing(this.graph);
  private readonly framing = new Framing((bounds) => this.viewpoint.setFrame(bounds));
  private readonly pace = new Pace(() => this.picture());
  private scale = 1;
  /** What changed since the last picture; null: nothing but perhaps phases. */
  private due: Depth | null = 'relations';
  private clusters: readonly Cluster[] = [];
  private clustersShown = true;
  private alarmed: ReadonlySet<number> = new Set();
  /** The page has found the places itself: nobody else's are the same. */
  private alone = false;

  /** @throws Error where the browser has no WebGL 2. */
  constructor(
    private readonly container: HTMLElement,
    phases: PhaseTrack,
    private readonly events: FieldEvents,
    private look: Look,
  ) {
    const restored = () => this.ask('relations');
    this.appearance = new Appearance(look.dark);
    this.underlay = new Underlay(container);
    this.edges = new EdgeLayer(container, restored);
    this.nodes = new NodeLayer(container, restored);
    this.overlay = new Overlay(container, (id) => this.priority(id));
    this.overlay.palette = this.appearance.palette;
    this.hands = new Hands(container, (place) => this.viewpoint.projection.toPicture(place));
    this.viewpoint = new Viewpoint(
      this.rows,
      () => this.look.still,
      () => {
        this.note('view');
        // The picture follows the hand that moves it, late or not.
        this.pace.hurry();
      },
    );
    this.grip = new Grip(this.graph, (at) => this.viewpoint.projection.toLayout(at), {
      lifted: () => this.events.hover(null, null),
      moved: () => this.ask('places'),
      dropped: (id, { x, y }) => {
        if (this.homeless > 0) this.arranger.arrange(0.35);
        this.events.moved(id, x, y);
        this.wake();
      },
    });
    this.nudge = new Nudge(
      this.grip,
      (id) => this.viewpoint.placeOf(id),
      () => ({ width: container.clientWidth, height: container.clientHeight }),
    );
    this.arranger = new Arranger(
      this.graph,
      () => this.look.still,
      () => this.ask('places'),
      (alone) => {
        this.alone = alone;
        this.events.alone(alone);
      },
    );
    const choose = (id: string | null, more: boolean) => this.events.select(id, more);
    const fit = () => this.viewpoint.fit();
    this.fingers = new Fingers(container, this.grip, this.viewpoint, { near: (at) => this.viewpoint.nearest(at, FINGER_PX), choose, fit });
    this.mouse = new Mouse(container, this.grip, this.viewpoint, { at: (at) => this.viewpoint.nearest(at, 0), hover: (id) => this.hover(id), move: (at) => this.reach(at), choose, fit });
    this.turning = new Turning(
      this.rows,
      phases,
      () => this.look.still,
      () => this.wake(),
    );
    this.resizing.observe(container);
    this.resized();
    Object.assign(container, { places: () => this.places() });
  }

  /** Where phases come from: the live field, or one that is replayed. */
  setPhases(phases: PhaseTrack): void {
    this.turning.follow(phases);
  }

  /** Shows a graph; its concepts glide to their places. `past`: it is a former state, in which those that had no place then stand where they will stand. */
  show(state: GraphState, past: boolean): void {
    if (state === this.shown) return;
    const before = this.shown;
    this.shown = state;
    let changed = false;
    let fresh = false;
    let others = false;
    if (before?.concepts !== state.concepts) {
      const synced = syncConcepts(this.graph, state, this.grip.id, this.remembered);
      ({ changed, fresh, others } = synced);
      this.homeless = synced.homeless;
      if (synced.shared) this.arranger.told(synced.homeless === 0);
      this.homing.begin(performance.now());
      this.rows.read(this.graph);
      this.note('looks');
    }
    if (before?.relations !== state.relations || others) {
      const relations = syncRelations(this.graph, state);
      changed ||= relations.changed;
      this.weakestShown = relations.weakest;
      this.note('relations');
    }
    this.appearance.setCrowd(this.graph.order, this.graph.size);
    const settled = past || this.wasPast;
    this.wasPast = past;
    if (this.homeless > 0 && changed && (fresh || !settled)) this.arrange(before === null || before.concepts.size === 0 ? 1 : 0.6, past);
    if (before === null) this.framing.follow(this.graph, true, performance.now());
    this.refocus();
    // Whoever asks where a concept is may do so before the next picture.
    this.readLooks();
  }

  private arrange(warmth: number, past: boolean): void {
    // Of the past the server tells all that it knows.
    if (past) this.arranger.arrange(warmth);
    else this.arranger.arrangeUnlessTold(warmth);
  }

  /** Concepts that are not to be seen. */
  setHidden(hidden: ReadonlySet<string>): void {
    this.hidden = hidden;
    this.ask('relations');
  }

  /** Lays out anew what the server tells no place of, from the same beginning as a page that is opened now. */
  rearrange(): void {
    if (this.shown === null) return;
    const state = this.shown;
    this.graph.clear();
    this.remembered.clear();
    syncConcepts(this.graph, state, null, this.remembered);
    syncRelations(this.graph, state);
    this.rows.read(this.graph);
    this.arranger.arrange(1);
    this.ask('relations');
  }

  select(ids: ReadonlySet<string>): void {
    this.selected = ids;
    this.refocus();
  }

  setRings(rings: readonly Ring[]): void {
    this.overlay.rings = rings;
    this.ask('view');
  }

  setHands(hands: readonly HandMark[]): void {
    this.hands.show(this.alone ? [] : hands);
  }

  setDrifting(ids: readonly string[]): void {
    this.overlay.drifting = new Set(ids);
    this.ask('view');
  }

  setClusters(shown: boolean, alarmed: ReadonlySet<number>): void {
    this.clustersShown = shown;
    this.alarmed = alarmed;
    this.ask('places');
  }

  /** Moves a concept a step, for who has no mouse: -1, 0 or 1 to the right and down. */
  push(id: string, right: number, down: number): void {
    this.nudge.push(id, right, down);
  }

  /** Whether concepts may be moved: not in the past, and not offline. */
  setMovable(movable: boolean): void {
    this.grip.movable = movable;
  }

  setLook(look: Look): void {
    this.look = look;
    this.appearance.setDark(look.dark);
    this.overlay.palette = this.appearance.palette;
    this.ask('view');
  }

  /** Where each concept is drawn, in layout units: for whoever tests a page, also as a method of its canvas' container. */
  places(): Record<string, Point> {
    return Object.fromEntries(this.graph.mapNodes((id, { x, y }) => [id, { x, y }]));
  }

  /** What is seen now, as a PNG. */
  png(): Promise<Blob> {
    this.draw('relations');
    const layers = [this.underlay, this.edges, this.nodes, this.overlay].map(({ element }) => element);
    return composePicture(layers, this.appearance.palette.ground);
  }

  /** Whether the layout still moves things. */
  get arranging(): boolean {
    return this.arranger.active;
  }

  /** Told of each picture, and how long the page's own code worked at it, ms: for measuring. */
  onPicture: (scriptMs: number) => void = () => undefined;

  /** One picture at once. */
  draw(depth: Depth): void {
    const { rows, edges, nodes, viewpoint, appearance } = this;
    const within = (other: Depth) => DEPTHS.indexOf(other) <= DEPTHS.indexOf(depth);
    if (within('looks')) {
      this.readLooks();
      nodes.read(rows);
      edges.readFocus(this.graph, rows, this.focus);
    }
    if (within('relations')) edges.read(this.graph, rows, this.weakestShown);
    if (within('places')) {
      rows.readPlaces();
      this.clusters = this.outlined();
    }
    const { projection } = viewpoint;
    const shot: Shot = { width: this.container.clientWidth, height: this.container.clientHeight, ratio: window.devicePixelRatio || 1 };
    this.turning.write();
    nodes.draw(shot, projection, rows, appearance.tones);
    if (depth === 'phases') return;
    this.hands.follow();
    edges.draw(shot, projection, rows, appearance.edges(this.focus !== null), appearance.edgeColors);
    this.underlay.draw(this.clusters, this.alarmed, appearance.palette, (point) => projection.toPicture(point));
    const focused = this.focus === null ? [] : [this.focus, ...this.near, ...this.selected];
    this.overlay.draw((id) => viewpoint.placeOf(id), wantedLabels(rows, viewpoint, shot, focused), obstacles(rows, viewpoint, shot, this.scale));
  }

  destroy(): void {
    this.nudge.putDown();
    this.pace.stop();
    this.turning.stop();
    this.arranger.destroy();
    this.resizing.disconnect();
    this.fingers.destroy();
    this.mouse.destroy();
    this.hands.destroy();
    this.overlay.destroy();
    this.nodes.destroy();
    this.edges.destroy();
    this.underlay.destroy();
  }

  private readLooks(): void {
    this.rows.readLooks((id, node) => ({
      radius: this.hidden.has(id) ? 0 : this.appearance.radiusOf(node, this.scale),
      faded: this.focus !== null && id !== this.focus && !this.near.has(id) && !this.selected.has(id),
    }));
  }

  private priority(id: string): number {
    if (!this.graph.hasNode(id)) return 0;
    const base = this.graph.getNodeAttribute(id, 'weight');
    if (id === this.hovered) return base + 30;
    if (this.selected.has(id)) return base + 20;
    return this.near.has(id) ? base + 10 : base;
  }

  private refocus(): void {
    const only = this.selected.size === 1 ? [...this.selected][0] : undefined;
    const focus = this.hovered ?? only ?? null;
    this.focus = focus !== null && this.graph.hasNode(focus) ? focus : null;
    this.near = this.focus === null ? new Set() : new Set(this.graph.neighbors(this.focus));
    this.overlay.setFocus(this.selected, this.focus, this.near);
    this.ask('looks');
  }

  /** The clusters that are outlined; those that come apart, always. */
  private outlined(): readonly Cluster[] {
    const all = this.clustersShown && this.graph.order <= MAX_OUTLINED;
    if (!all && this.alarmed.size === 0) return [];
    const { nodes, radii } = this.rows;
    return hulls(nodes.filter(({ cluster }, row) => (all || this.alarmed.has(cluster)) && (radii[row] ?? 0) > 0));
  }

  private hover(id: string | null): void {
    if (this.grip.id !== null || this.hovered === id) return;
    this.hovered = id;
    this.container.style.cursor = id === null ? '' : 'pointer';
    this.refocus();
    this.events.hover(id, id === null ? null : this.viewpoint.placeOf(id));
  }

  private reach(at: Point | null): void {
    this.events.reached(at === null || this.alone ? null : this.viewpoint.projection.toLayout(at));
  }

  /** Nodes and margins of a small picture are smaller, or they would cover it; so are those of many. */
  private resized(): void {
    const { clientWidth: width, clientHeight: height } = this.container;
    this.scale = Math.min(1, Math.max(0.5, Math.min(width, height) / 640));
    this.viewpoint.setSize({ width, height }, Math.round(60 * this.scale));
    this.ask('looks');
  }

  private note(depth: Depth): void {
    if (this.due === null || DEPTHS.indexOf(depth) > DEPTHS.indexOf(this.due)) this.due = depth;
  }

  /** Has so much drawn anew, soon. */
  private ask(depth: Depth): void {
    this.note(depth);
    this.wake();
  }

  private wake(): void {
    this.pace.wake();
  }

  private picture(): void {
    const begun = performance.now();
    const travelling = this.viewpoint.follow(begun);
    const homing = this.homing.follow(this.grip.id, this.look.still, begun);
    const framing = this.grip.id === null && this.framing.follow(this.graph, this.look.still, begun);
    if (homing) this.note('places');
    if (framing || travelling) this.note('view');
    if (this.due !== null) this.draw(this.due);
    else if (this.turning.isDue(begun)) this.draw('phases');
    this.due = null;
    const turning = this.turning.drawn(begun);
    if (travelling) this.pace.hurry();
    else if (homing || framing || turning) this.wake();
    this.onPicture(performance.now() - begun);
  }
}
