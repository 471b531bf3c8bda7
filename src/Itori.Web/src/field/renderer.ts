import Graph from 'graphology';
import Sigma from 'sigma';
import type { GraphState } from '@itori/client';
import type { PhaseTrack } from '@itori/client';
import { Appearance } from './appearance';
import { Arranger, type FieldGraph } from './arranger';
import { composePicture } from './picture';
import { Fingers } from './fingers';
import { Framing } from './framing';
import { Grip } from './grip';
import { Homing } from './homing';
import { hulls, type Cluster } from './hulls';
import type { FieldEdge, FieldNode } from './layout';
import { followMouse } from './mouse';
import { Overlay, type Ring } from './overlay';
import { Pace } from './pace';
import { tones } from './palette';
import { NoHover, phaseProgram, type PhaseProgram, type PhaseSheet } from './phaseNodes';
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
  /** Whether the page finds places itself, since the server tells none. */
  readonly alone: (alone: boolean) => void;
}

export interface Look {
  readonly dark: boolean;
  readonly still: boolean;
}

/** Labels keep clear of this many nodes; with more there is no clear place anyway. */
const MAX_OBSTACLES = 400;
/** Clusters of more concepts than this lie over each other, and outlines would only be lines more. */
const MAX_OUTLINED = 1_200;
/** A finger that misses a concept by less than this means it. */
const FINGER_PX = 16;

/** Draws a graph and its phases with sigma. Knows nothing of React; state comes in through its methods, phases are asked for at every picture. */
export class FieldRenderer {
  readonly viewpoint: Viewpoint;

  private readonly graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  private readonly arranger: Arranger;
  private readonly sigma: Sigma<FieldNode, FieldEdge>;
  private readonly overlay: Overlay;
  private readonly underlay: Underlay;
  private readonly sheet: PhaseSheet;
  private program: PhaseProgram | null = null;
  private readonly turning: Turning;
  private readonly appearance: Appearance;
  private shown: GraphState | null = null;
  private hidden: ReadonlySet<string> = new Set();
  private focus: string | null = null;
  private near: ReadonlySet<string> = new Set();
  private hovered: string | null = null;
  private selected: ReadonlySet<string> = new Set();
  private readonly grip: Grip;
  private readonly fingers: Fingers;
  private weakestShown = 0;
  private readonly remembered = new Map<string, Point>();
  private wasPast = false;
  private homeless = 0;
  private readonly homing = new Homing(this.graph);
  private readonly framing = new Framing((bounds) => this.sigma.setCustomBBox({ x: bounds.x, y: bounds.y }));
  private readonly pace = new Pace(() => this.picture());
  private scale = 1;
  private stale = true;
  private shifted = false;
  private clusters: readonly Cluster[] = [];
  private clustersShown = true;
  private alarmed: ReadonlySet<number> = new Set();

  /** @throws Error where the browser has no WebGL. */
  constructor(
    private readonly container: HTMLElement,
    phases: PhaseTrack,
    private readonly events: FieldEvents,
    private look: Look,
  ) {
    this.appearance = new Appearance(look.dark);
    this.sheet = { phases: new Float32Array(0), tones: look.dark ? tones.dark : tones.light };
    this.sigma = new Sigma<FieldNode, FieldEdge>(this.graph, container, {
      allowInvalidContainer: true,
      autoCenter: true,
      stagePadding: 56,
      labelDensity: 1.4,
      labelGridCellSize: 76,
      labelRenderedSizeThreshold: 0,
      labelFont: getComputedStyle(container).fontFamily,
      labelWeight: '500',
      minCameraRatio: 0.04,
      maxCameraRatio: 2.5,
      minEdgeThickness: 0.4,
      zIndex: true,
      zoomDuration: look.still ? 0 : 180,
      defaultNodeType: 'phase',
      nodeProgramClasses: { phase: phaseProgram(this.sheet, (program) => (this.program = program)) },
      nodeHoverProgramClasses: { phase: NoHover },
      nodeReducer: (id, node) => this.drawnNode(id, node),
      edgeReducer: (id, edge) => this.drawnEdge(id, edge),
      defaultDrawNodeLabel: (_, node) => this.overlay.want(node),
      defaultDrawNodeHover: () => undefined,
    });
    this.viewpoint = new Viewpoint(this.sigma, () => this.look.still);
    this.grip = new Grip(this.graph, (at) => this.sigma.viewportToGraph(at), {
      lifted: () => this.events.hover(null, null),
      moved: () => this.shift(),
      dropped: (id, { x, y }) => {
        if (this.homeless > 0) this.arranger.arrange(0.35);
        this.events.moved(id, x, y);
        this.wake();
      },
    });
    this.underlay = new Underlay(container);
    this.overlay = new Overlay(container, (id) => this.priority(id));
    this.arranger = new Arranger(
      this.graph,
      () => this.look.still,
      () => this.shift(),
      (alone) => this.events.alone(alone),
    );
    this.overlay.palette = this.appearance.palette;
    this.fingers = new Fingers(container, this.grip, this.viewpoint, {
      near: (at) => this.viewpoint.nearest(at, FINGER_PX),
      choose: (id, more) => events.select(id, more),
      fit: () => this.viewpoint.fit(),
    });
    this.turning = new Turning(
      this.graph,
      this.sheet,
      phases,
      () => this.look.still,
      () => this.wake(),
    );
    this.listen();
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
    if (before?.concepts !== state.concepts) {
      const synced = syncConcepts(this.graph, state, this.grip.id, this.remembered);
      ({ changed, fresh } = synced);
      this.homeless = synced.homeless;
      if (synced.shared) this.arranger.told(synced.homeless === 0);
      this.homing.begin(performance.now());
    }
    if (before?.relations !== state.relations || before?.concepts !== state.concepts) {
      const relations = syncRelations(this.graph, state);
      changed ||= relations.changed;
      this.weakestShown = relations.weakest;
    }
    this.turning.makeRoom();
    this.appearance.setCrowd(this.graph.order, this.graph.size);
    const settled = past || this.wasPast;
    this.wasPast = past;
    if (this.homeless > 0 && changed && (fresh || !settled)) this.arrange(before === null || before.concepts.size === 0 ? 1 : 0.6, past);
    this.refocus();
  }

  private arrange(warmth: number, past: boolean): void {
    // Of the past the server tells all that it knows.
    if (past) this.arranger.arrange(warmth);
    else this.arranger.arrangeUnlessTold(warmth);
  }

  /** Concepts that are not to be seen. */
  setHidden(hidden: ReadonlySet<string>): void {
    this.hidden = hidden;
    this.refresh();
  }

  /** Lays out anew what the server tells no place of, from the same beginning as a page that is opened now. */
  rearrange(): void {
    if (this.shown === null) return;
    const state = this.shown;
    this.graph.clear();
    this.remembered.clear();
    syncConcepts(this.graph, state, null, this.remembered);
    syncRelations(this.graph, state);
    this.arranger.arrange(1);
    this.refresh();
  }

  select(ids: ReadonlySet<string>): void {
    this.selected = ids;
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

  setClusters(shown: boolean, alarmed: ReadonlySet<number>): void {
    this.clustersShown = shown;
    this.alarmed = alarmed;
    this.sigma.scheduleRender();
  }

  /** Whether concepts may be dragged: not in the past, and not offline. */
  setMovable(movable: boolean): void {
    this.grip.movable = movable;
  }

  setLook(look: Look): void {
    this.look = look;
    this.appearance.setDark(look.dark);
    this.overlay.palette = this.appearance.palette;
    this.sheet.tones = look.dark ? tones.dark : tones.light;
    this.refresh();
  }

  /** Where each concept is drawn, in layout units: for whoever tests a page, also as a method of its canvas' container. */
  places(): Record<string, Point> {
    return Object.fromEntries(this.graph.mapNodes((id, { x, y }) => [id, { x, y }]));
  }

  /** What is seen now, as a PNG. */
  png(): Promise<Blob> {
    this.sigma.refresh({ schedule: false });
    const { edges, nodes } = this.sigma.getCanvases();
    const layers = [this.underlay.element, edges, nodes, this.overlay.element].filter((canvas) => canvas !== undefined);
    return composePicture(layers, this.appearance.palette.ground);
  }

  /** Whether the layout still moves things. */
  get arranging(): boolean {
    return this.arranger.active;
  }

  /** Told of each picture, and how long the page's own code worked at it, ms: for measuring. */
  onPicture: (scriptMs: number) => void = () => undefined;

  /** One picture at once: of everything, of everything at other places but looking as it did, of what a moved view changes, or of the phases only. */
  draw(what: 'everything' | 'places' | 'view' | 'phases'): void {
    if (what === 'everything') this.sigma.refresh({ schedule: false });
    else if (what === 'places') this.sigma.refresh({ schedule: false, partialGraph: { nodes: [], edges: [] } });
    else if (what === 'view') this.sigma.refresh({ schedule: false, skipIndexation: true, partialGraph: { nodes: [], edges: [] } });
    else {
      this.turning.write();
      this.program?.repaint();
    }
  }

  destroy(): void {
    this.pace.stop();
    this.turning.stop();
    this.arranger.destroy();
    this.fingers.destroy();
    this.overlay.destroy();
    this.underlay.destroy();
    this.sigma.kill();
  }

  private drawnNode(id: string, node: FieldNode) {
    const faded = this.focus !== null && id !== this.focus && !this.near.has(id) && !this.selected.has(id);
    return this.appearance.ofNode(node, this.scale, faded, this.focus !== null, this.hidden.has(id));
  }

  private drawnEdge(id: string, edge: FieldEdge) {
    return this.appearance.ofEdge(edge, this.focus === null ? null : this.graph.hasExtremity(id, this.focus), this.weakestShown);
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
    this.refresh();
  }

  private listen(): void {
    const { sigma, viewpoint } = this;
    followMouse(sigma, this.grip, {
      hover: (id) => this.hover(id),
      choose: (id, more) => this.events.select(id, more),
      fit: () => viewpoint.fit(),
    });
    // Sigma's own fingers turn the picture at every pinch, and cannot let go of what they drag.
    sigma.getTouchCaptor().enabled = false;
    sigma.on('beforeRender', () => {
      this.turning.write();
      this.overlay.begin();
    });
    sigma.on('afterRender', () => {
      const locate = (point: Point) => sigma.graphToViewport(point);
      this.underlay.draw(this.outlined(), this.alarmed, this.appearance.palette, locate);
      this.overlay.draw((id) => viewpoint.placeOf(id), this.obstacles());
    });
    sigma.on('resize', () => this.resized());
  }

  /** The clusters that are outlined; those that come apart, always. */
  private outlined(): readonly Cluster[] {
    if (this.clustersShown && this.graph.order <= MAX_OUTLINED) return this.clusters;
    return this.alarmed.size === 0 ? [] : this.clusters.filter(({ id }) => this.alarmed.has(id));
  }

  private hover(id: string | null): void {
    if (this.grip.id !== null || this.hovered === id) return;
    this.hovered = id;
    this.container.style.cursor = id === null ? '' : 'pointer';
    this.refocus();
    this.events.hover(id, id === null ? null : this.viewpoint.placeOf(id));
  }

  /** The nodes that labels must not cover. */
  private obstacles(): { x: number; y: number; radius: number }[] {
    const places: { x: number; y: number; radius: number }[] = [];
    for (const { node } of this.graph.nodeEntries()) {
      const place = this.viewpoint.placeOf(node);
      if (place !== null) places.push(place);
      if (places.length >= MAX_OBSTACLES) break;
    }
    // The wheel of phases stands in the lower left corner, and the tools in the lower right.
    const { clientWidth: width, clientHeight: height } = this.container;
    const { scale } = this;
    places.push({ x: 60 * scale, y: height - 70 * scale, radius: 62 * scale });
    for (let y = height - 30; y > height - 220; y -= 40) places.push({ x: width - 28, y, radius: 26 });
    return places;
  }

  /** Nodes and margins of a small picture are smaller, or they would cover it; so are those of many. */
  private resized(): void {
    const side = Math.min(this.container.clientWidth, this.container.clientHeight);
    this.scale = Math.min(1, Math.max(0.5, side / 640));
    this.sigma.setSetting('stagePadding', Math.round(60 * this.scale));
    this.refresh();
  }

  /** Has everything drawn anew, soon. */
  private refresh(): void {
    this.stale = true;
    this.wake();
  }

  /** Has everything drawn where it stands now, soon; it looks as it did. */
  private shift(): void {
    this.shifted = true;
    this.wake();
  }

  private wake(): void {
    this.pace.wake();
  }

  private picture(): void {
    const begun = performance.now();
    const homing = this.homing.follow(this.grip.id, this.look.still, begun);
    const framing = this.grip.id === null && this.framing.follow(this.graph, this.look.still, begun);
    if (homing || framing || this.shifted || this.stale) {
      this.clusters = hulls(this.graph.mapNodes((id, node) => (this.hidden.has(id) ? { ...node, cluster: 0 } : node)));
      this.draw(this.stale ? 'everything' : 'places');
      this.stale = false;
      this.shifted = false;
    } else if (this.turning.isDue(begun)) {
      this.turning.write();
      if (this.program?.repaint() !== true) this.sigma.scheduleRender();
    }
    const turning = this.turning.drawn(begun);
    if (homing || framing || turning) this.wake();
    this.onPicture(performance.now() - begun);
  }
}
