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

const GAP = 4;

/** Greedy placement: the most important first, to the right of its node, else left, below or above; what fits nowhere is left out. Order is stable. */
export function placeLabels(candidates: readonly LabelCandidate[], width: number, height: number): readonly PlacedLabel[] {
  const sorted = [...candidates].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const taken: Box[] = [];
  const placed: PlacedLabel[] = [];
  for (const candidate of sorted) {
    for (const [x, y] of positions(candidate)) {
      const box = { left: x - 2, top: y - candidate.height / 2, right: x + candidate.width + 2, bottom: y + candidate.height / 2 };
      if (box.left < 0 || box.top < 0 || box.right > width || box.bottom > height) continue;
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      placed.push({ candidate, x, y });
      break;
    }
  }
  return placed;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
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
