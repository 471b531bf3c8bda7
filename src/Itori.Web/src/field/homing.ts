import type { FieldGraph } from './arranger';

/** How long a concept takes to come most of the way to its place, ms. */
const HOMING_MS = 140;
/** Nearer than this it is there, in layout units. */
const THERE = 0.05;

/** Lets concepts glide to the places that the server told. */
export class Homing {
  private on = false;
  private at = 0;

  constructor(private readonly graph: FieldGraph) {}

  /** Places were told. */
  begin(now: number): void {
    if (!this.on) this.at = now;
    this.on = true;
  }

  /** Goes a step; `still`: goes there at once. `held` is in somebody's hand. True: something moved. */
  follow(held: string | null, still: boolean, now: number): boolean {
    if (!this.on) return false;
    const part = still ? 1 : 1 - Math.exp(-Math.min(1_000, Math.max(8, now - this.at)) / HOMING_MS);
    this.at = now;
    let moved = false;
    this.graph.forEachNode((id, node) => {
      const { home } = node;
      if (home === null || id === held || (node.x === home.x && node.y === home.y)) return;
      const near = part === 1 || Math.hypot(home.x - node.x, home.y - node.y) < THERE;
      node.x = near ? home.x : node.x + part * (home.x - node.x);
      node.y = near ? home.y : node.y + part * (home.y - node.y);
      moved = true;
    });
    this.on = moved;
    return moved;
  }
}
