import type { Projection } from './projection';
import type { Rows } from './rows';

/** The picture of the whole field is divided into cells of this side, px, each of which may have so many labels; a nearer view has as many for as much of the picture. */
const CELL_PX = 76;
const PER_CELL = 1.4;
/** So far out of the picture a concept's label may reach into it, px. */
const BESIDE_PX = 150;
const ABOVE_PX = 50;

/** Rows whose labels would be worth drawing: the heaviest of each cell. Cells lie on the layout and not on the picture, so that labels do not change while it is only moved. */
export function chooseLabels(rows: Rows, projection: Projection, ratio: number, width: number, height: number): number[] {
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
