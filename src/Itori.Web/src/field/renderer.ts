import Graph from 'graphology';
import Sigma from 'sigma';
import type { GraphState } from '@itori/client';
import type { PhaseTrack } from '@itori/client';
import { Appearance } from './appearance';
import { Arranger, type FieldGraph } from './arranger';
import { composePicture } from './picture';
import { Framing } from './framing';
import { hulls, type Cluster } from './hulls';
import type { FieldEdge, FieldNode } from './layout';
import { Overlay, type Ring } from './overlay';
import { Pace } from './pace';
import { tones } from './palette';
import { NoHover, phaseProgram, type PhaseProgram, type PhaseSheet } from './phaseNodes';
import { syncConcepts, syncRelations } from './scene';
import type { Point } from './seeding';
import { Underlay } from './underlay';

export interface FieldEvents {
  /** `more`: with Shift, so that what is chosen already stays. */
  readonly select: (id: string | null, more: boolean) => void;
  readonly hover: (id: string | null, at: { readonly x: number; readonly y: number } | null) => void;
  readonly moved: (id: string, x: number, y: number) => void;
}

export interface Look {
  readonly dark: boolean;
  readonly still: boolean;
}

/** Labels keep clear of this many nodes; with more there is no clear place anyway. */
const MAX_OBSTACLES = 400;
/** Clusters of more concepts than this lie over each other, and outlines would only be lines more. */
const MAX_OUTLINED = 1_200;
/** A concept that is pulled less than this stays where it is. */
const DRAG_PX = 4;
/** With little motion wanted, hues change this rarely, ms. */
const STILL_EVERY_MS = 500;

/** Draws a graph and its phases with sigma. Knows nothing of React; state comes in through its methods, phases are asked for at every picture. */
export class FieldRenderer {
  private readonly graph: FieldGraph = new Graph<FieldNode, FieldEdge>({ type: 'undirected', multi: true });
  private readonly arranger: Arranger;
  private readonly sigma: Sigma<FieldNode, FieldEdge>;
  private readonly overlay: Overlay;
  private readonly underlay: Underlay;
  private readonly sheet: PhaseSheet;
  private program: PhaseProgram | null = null;
  private unlisten: () => void = () => undefined;
  private readonly appearance: Appearance;
  private shown: GraphState | null = null;
  private hidden: ReadonlySet<string> = new Set();
  private focus: string | null = null;
  private near: ReadonlySet<string> = new Set();
  private hovered: string | null = null;
  private selected: ReadonlySet<string> = new Set();
  private movable = true;
  private dragged: { readonly id: string; readonly x: number; readonly y: number; moved: boolean } | null = null;
  private weakestShown = 0;
  private readonly remembered = new Map<string, Point>();
  private wasPast = false;
  private readonly framing = new Framing((bounds) => this.sigma.setCustomBBox({ x: bounds.x, y: bounds.y }));
  private readonly pace = new Pace(() => this.picture());
  private scale = 1;
  private stale = true;
  private phasesMoved = false;
  private turnedUntil = 0;
  private turnedAt = -Infinity;
  private clusters: readonly Cluster[] = [];
  private clustersShown = true;
  private alarmed: ReadonlySet<number> = new Set();

  /** @throws Error where the browser has no WebGL. */
  constructor(
    private readonly container: HTMLElement,
    private phases: PhaseTrack,
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
    this.underlay = new Underlay(container);
    this.overlay = new Overlay(container, (id) => this.priority(id));
    this.arranger = new Arranger(
      this.graph,
      () => this.look.still,
      () => {
        this.stale = true;
        this.wake();
      },
    );
    this.overlay.palette = this.appearance.palette;
    this.listen();
    this.resized();
    this.setPhases(phases);
  }

  /** Where phases come from: the live field, or one that is replayed. */
  setPhases(phases: PhaseTrack): void {
    this.unlisten();
    this.phases = phases;
    this.unlisten = phases.listen(() => {
      const now = performance.now();
      if (this.look.still && now - this.turnedAt < STILL_EVERY_MS) return;
      this.turnedAt = now;
      this.phasesMoved = true;
      this.turnedUntil = now + 400;
      this.wake();
    });
    this.phasesMoved = true;
    this.wake();
  }

  /** Shows a graph; concepts that were there keep their places. `past`: it is a former state, whose concepts stand where they will stand. */
  show(state: GraphState, past: boolean): void {
    if (state === this.shown) return;
    const before = this.shown;
    this.shown = state;
    let changed = false;
    let fresh = false;
    if (before?.concepts !== state.concepts) ({ changed, fresh } = syncConcepts(this.graph, state, this.dragged?.id ?? null, this.remembered));
    if (before?.relations !== state.relations || before?.concepts !== state.concepts) {
      const relations = syncRelations(this.graph, state);
      changed ||= relations.changed;
      this.weakestShown = relations.weakest;
    }
    const slots = this.graph.reduceNodes((most, _, node) => Math.max(most, node.slot + 1), 0);
    this.appearance.setCrowd(this.graph.order, this.graph.size);
    if (slots > this.sheet.phases.length) this.sheet.phases = new Float32Array(slots + 256);
    const settled = past || this.wasPast;
    this.wasPast = past;
    if (changed && (fresh || !settled)) this.arranger.arrange(before === null || before.concepts.size === 0 ? 1 : 0.6);
    this.refocus();
  }

  /** Concepts that are not to be seen. */
  setHidden(hidden: ReadonlySet<string>): void {
    this.hidden = hidden;
    this.stale = true;
    this.wake();
  }

  /** Lays everything out anew, from the same beginning as a page that is opened now. */
  rearrange(): void {
    if (this.shown === null) return;
    const state = this.shown;
    this.graph.clear();
    this.remembered.clear();
    syncConcepts(this.graph, state, null, this.remembered);
    syncRelations(this.graph, state);
    this.arranger.arrange(1);
    this.stale = true;
    this.wake();
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
    this.movable = movable;
  }

  setLook(look: Look): void {
    this.look = look;
    this.appearance.setDark(look.dark);
    this.overlay.palette = this.appearance.palette;
    this.sheet.tones = look.dark ? tones.dark : tones.light;
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

  /** Moves by parts of the view. */
  pan(x: number, y: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio }, { duration: this.look.still ? 0 : 120 });
  }

  /** Brings a concept into view if it is not. */
  reveal(id: string): void {
    const drawn = this.sigma.getNodeDisplayData(id);
    if (drawn === undefined) return;
    const { x, y } = this.sigma.framedGraphToViewport(drawn);
    const { width, height } = this.sigma.getDimensions();
    if (x > 40 && y > 40 && x < width - 40 && y < height - 40) return;
    void this.sigma.getCamera().animate({ x: drawn.x, y: drawn.y }, { duration: this.look.still ? 0 : 300 });
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

  /** Told of each picture: for measuring. */
  onPicture: () => void = () => undefined;

  /** One picture of everything, at once, and one of the phases only: for measuring. */
  draw(all: boolean): void {
    this.takePhases();
    if (all) this.sigma.refresh({ schedule: false });
    else this.program?.repaint();
  }

  destroy(): void {
    this.pace.stop();
    this.unlisten();
    this.arranger.destroy();
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

  /** Asks for the phases of this moment. One that no frame has told yet is where the oscillator began. */
  private takePhases(): void {
    const { phases, look, sheet } = this;
    const now = performance.now();
    this.graph.forEachNode((_, { slot, phase }) => {
      sheet.phases[slot] = (look.still ? phases.latest(slot) : phases.at(slot, now)) ?? phase;
    });
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
      this.events.hover(id, id === null ? null : this.placeOf(id));
    };
    sigma.on('enterNode', ({ node }) => hover(node));
    sigma.on('leaveNode', () => hover(null));
    sigma.on('clickNode', ({ node, event }) => this.events.select(node, event.original.shiftKey));
    sigma.on('clickStage', () => this.events.select(null, false));
    sigma.on('doubleClickStage', (event) => {
      event.preventSigmaDefault();
      this.fit();
    });
    sigma.on('downNode', ({ node, event }) => {
      if (!this.movable) return;
      this.dragged = { id: node, x: event.x, y: event.y, moved: false };
      event.preventSigmaDefault();
    });
    sigma.on('moveBody', ({ event }) => {
      if (this.dragged === null) return;
      // A hand that clicks trembles a little; that moves nothing.
      if (!this.dragged.moved && Math.hypot(event.x - this.dragged.x, event.y - this.dragged.y) < DRAG_PX) {
        event.preventSigmaDefault();
        return;
      }
      const node = this.graph.getNodeAttributes(this.dragged.id);
      const place = sigma.viewportToGraph(event);
      if (!this.dragged.moved) {
        node.fixed = true;
        this.dragged.moved = true;
        this.events.hover(null, null);
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
      this.arranger.arrange(0.35);
      this.events.moved(drag.id, x, y);
      this.wake();
    };
    sigma.getMouseCaptor().on('mouseup', release);
    sigma.on('leaveStage', release);
    sigma.on('beforeRender', () => {
      this.takePhases();
      this.overlay.begin();
    });
    sigma.on('afterRender', () => {
      const locate = (point: { x: number; y: number }) => this.sigma.graphToViewport(point);
      this.underlay.draw(this.clustersShown && this.graph.order <= MAX_OUTLINED ? this.clusters : [], this.alarmed, this.appearance.palette, locate);
      this.overlay.draw((id) => this.placeOf(id), this.obstacles());
    });
    sigma.on('resize', () => this.resized());
  }

  private placeOf(id: string): { x: number; y: number; radius: number } | null {
    const drawn = this.sigma.getNodeDisplayData(id);
    if (drawn === undefined || drawn.hidden) return null;
    const { x, y } = this.sigma.framedGraphToViewport(drawn);
    return { x, y, radius: this.sigma.scaleSize(drawn.size) };
  }

  /** The nodes that labels must not cover. */
  private obstacles(): { x: number; y: number; radius: number }[] {
    const places: { x: number; y: number; radius: number }[] = [];
    for (const { node } of this.graph.nodeEntries()) {
      const place = this.placeOf(node);
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
    this.stale = true;
    this.wake();
  }

  private wake(): void {
    this.pace.wake();
  }

  private picture(): void {
    this.onPicture();
    const framing = this.dragged === null && this.framing.follow(this.graph, this.look.still, performance.now());
    if (framing || this.stale) {
      this.clusters = hulls(this.graph.mapNodes((id, node) => (this.hidden.has(id) ? { ...node, cluster: 0 } : node)));
      this.stale = false;
      this.sigma.refresh({ schedule: false });
    } else if (this.phasesMoved || performance.now() < this.turnedUntil) {
      this.takePhases();
      if (this.program?.repaint() !== true) this.sigma.scheduleRender();
    }
    this.phasesMoved = false;
    const turning = !this.look.still && performance.now() < this.turnedUntil;
    if (framing || turning) this.wake();
  }
}
