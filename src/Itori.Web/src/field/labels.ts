/** A label that would like to be drawn. */
export interface LabelCandidate {
  readonly id: string;
  readonly text: string;
  /** The node's middle and radius, px. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly width: number;
  readonly height: number;
  /** Higher goes first. */
  readonly priority: number;
}

export interface PlacedLabel {
  readonly candidate: LabelCandidate;
  /** The left end of the text and its middle line, px. */
  readonly x: number;
  readonly y: number;
}

/** A node that is drawn, or something else that stands on the picture. */
export interface Obstacle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** A node's own, below 1; 1 of what else there is. */
  readonly weight: number;
}

const GAP = 4;
/** From this priority on a label is shown over nodes, too. */
export const FORCED = 10;
/** So many of the most important labels are shown over nodes of less weight where there is no clear place: in the thick of a field nobody would know what it is about. */
const LEADING = 20;

/**
 * Greedy placement: the most important first, to the right of its node, else left, below or above, where neither a label nor another node stands; what fits
 * nowhere is left out, but for the leading ones, which keep off heavier nodes only, and the `FORCED` ones, which only keep off other labels. Order is stable.
 */
export function placeLabels(
  candidates: readonly LabelCandidate[],
  obstacles: readonly Obstacle[],
  width: number,
  height: number,
): readonly PlacedLabel[] {
  const sorted = [...candidates].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const taken = new Cells<Box>();
  const nodes = new Cells<Obstacle>();
  for (const node of obstacles) nodes.add({ left: node.x - node.radius, top: node.y - node.radius, right: node.x + node.radius, bottom: node.y + node.radius }, node);
  const placed: PlacedLabel[] = [];
  for (const [rank, candidate] of sorted.entries()) {
    const bearable = candidate.priority >= FORCED ? Infinity : rank < LEADING ? candidate.priority : 0;
    const hides = (box: Box, node: Obstacle) => node.weight >= bearable && covers(box, node);
    let second: { box: Box; x: number; y: number } | null = null;
    let first: { box: Box; x: number; y: number } | null = null;
    for (const [x, y] of positions(candidate)) {
      const box = { left: x - 2, top: y - candidate.height / 2, right: x + candidate.width + 2, bottom: y + candidate.height / 2 };
      if (box.left < 0 || box.top < 0 || box.right > width || box.bottom > height) continue;
      if (taken.some(box, overlap)) continue;
      if (nodes.some(box, covers)) {
        if (second === null && !nodes.some(box, hides)) second = { box, x, y };
        continue;
      }
      first = { box, x, y };
      break;
    }
    const chosen = first ?? second;
    if (chosen === null) continue;
    taken.add(chosen.box, chosen.box);
    placed.push({ candidate, x: chosen.x, y: chosen.y });
  }
  return placed;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** px. About as high as a label is wide: most questions look at two cells. */
const CELL = 64;

/** What lies where, so that a label is compared with its neighbourhood only. */
class Cells<T> {
  private readonly cells = new Map<number, T[]>();

  add(box: Box, item: T): void {
    this.visit(box, (key) => {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, [item]);
      else cell.push(item);
      return false;
    });
  }

  /** Whether something near a box meets it. */
  some(box: Box, meets: (box: Box, item: T) => boolean): boolean {
    return this.visit(box, (key) => {
      for (const item of this.cells.get(key) ?? []) if (meets(box, item)) return true;
      return false;
    });
  }

  private visit({ left, top, right, bottom }: Box, found: (key: number) => boolean): boolean {
    for (let column = Math.floor(left / CELL); column <= right / CELL; column++) {
      for (let row = Math.floor(top / CELL); row <= bottom / CELL; row++) if (found(65_536 * row + column)) return true;
    }
    return false;
  }
}

function positions({ x, y, radius, width, height }: LabelCandidate): readonly (readonly [number, number])[] {
  return [
    [x + radius + GAP, y],
    [x - radius - GAP - width, y],
    [x - width / 2, y + radius + GAP + height / 2],
    [x - width / 2, y - radius - GAP - height / 2],
  ];
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function covers(box: Box, { x, y, radius }: Obstacle): boolean {
  const dx = x - Math.min(box.right, Math.max(box.left, x));
  const dy = y - Math.min(box.bottom, Math.max(box.top, y));
  return dx * dx + dy * dy < (radius * 0.9) ** 2;
}
