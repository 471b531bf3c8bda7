import type { Obstacle } from './labels';
import type { WantedLabel } from './overlay';
import type { Projection, Size } from './projection';
import type { Rows } from './rows';
import type { Viewpoint } from './viewpoint';

/** The picture of the whole field is divided into cells of this side, px, each of which may have so many labels; a nearer view has as many for as much of the picture. */
const CELL_PX = 76;
const PER_CELL = 1.4;
/** So far out of the picture a concept's label may reach into it, px. */
const BESIDE_PX = 150;
const ABOVE_PX = 50;
/** Labels keep clear of this many nodes; with more there is no clear place anyway. */
const MAX_OBSTACLES = 400;

/** Rows whose labels would be worth drawing: the heaviest of each cell. Cells lie on the layout and not on the picture, so that labels do not change while it is only moved. */
export function chooseLabels(rows: Rows, projection: Projection, ratio: number, { width, height }: Size): number[] {
  const { places, radii } = rows;
  const { scale, originX, originY } = projection;
  const cell = CELL_PX / (scale * ratio);
  const most = Math.ceil(PER_CELL / ratio / ratio);
  const taken = new Map<number, number>();
  const chosen: number[] = [];
  for (const row of rows.byWeight) {
    if ((radii[row] ?? 0) === 0) continue;
    const [x, y] = [places[2 * row] ?? 0, places[2 * row + 1] ?? 0];
    // Both are small whole numbers, and one number is a quicker key than a text.
    const key = Math.floor(x / cell) * 65_536 + Math.floor(y / cell);
    const before = taken.get(key) ?? 0;
    if (before >= most) continue;
    taken.set(key, before + 1);
    const [left, top] = [originX + scale * x, originY - scale * y];
    if (left > -BESIDE_PX && left < width + BESIDE_PX && top > -ABOVE_PX && top < height + ABOVE_PX) chosen.push(row);
  }
  return chosen;
}

/** The labels that would like to be drawn: those of what is in focus, and the heaviest everywhere. */
export function wantedLabels(rows: Rows, viewpoint: Viewpoint, size: Size, focused: readonly string[]): WantedLabel[] {
  const chosen = new Set(chooseLabels(rows, viewpoint.projection, viewpoint.ratio, size));
  for (const id of focused) chosen.add(rows.rowOf(id) ?? -1);
  return [...chosen].flatMap((row) => {
    const place = viewpoint.placeOfRow(row);
    return place === null ? [] : [{ id: rows.ids[row] ?? '', label: rows.nodes[row]?.label ?? '', ...place }];
  });
}

/** What labels must not cover: the heaviest nodes in view, and what else stands on the picture. `scale`: of the whole picture. */
export function obstacles(rows: Rows, viewpoint: Viewpoint, { width, height }: Size, scale: number): Obstacle[] {
  const places: Obstacle[] = [];
  for (const row of rows.byWeight) {
    const place = viewpoint.placeOfRow(row);
    if (place === null) continue;
    const { x, y, radius } = place;
    if (x > -radius && y > -radius && x < width + radius && y < height + radius) places.push({ ...place, weight: rows.nodes[row]?.weight ?? 0 });
    if (places.length >= MAX_OBSTACLES) break;
  }
  // The wheel of phases stands in the lower left corner, and the tools in the lower right.
  places.push({ x: 60 * scale, y: height - 70 * scale, radius: 62 * scale, weight: 1 });
  for (let y = height - 30; y > height - 220; y -= 40) places.push({ x: width - 28, y, radius: 26, weight: 1 });
  return places;
}
