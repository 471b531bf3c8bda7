import type Sigma from 'sigma';
import type { FieldEdge, FieldNode } from './layout';
import type { Point } from './seeding';

/** A concept nearer to the edge than this counts as out of view, px. */
const EDGE_PX = 40;

/** Where the picture is looked at from. Places in the picture are px from its upper left corner. */
export class Viewpoint {
  constructor(
    private readonly sigma: Sigma<FieldNode, FieldEdge>,
    private readonly still: () => boolean,
  ) {}

  /** The whole graph in view. */
  fit(): void {
    void this.sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1 }, { duration: this.within(250) });
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration: this.within(180) });
  }

  /** Moves by parts of the view. */
  pan(x: number, y: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio }, { duration: this.within(120) });
  }

  /** Brings a concept into view if it is not. `covered`: so much of the picture, from below, lies under something else, px. */
  reveal(id: string, covered = 0): void {
    const drawn = this.sigma.getNodeDisplayData(id);
    if (drawn === undefined) return;
    const { x, y } = this.sigma.framedGraphToViewport(drawn);
    const { width, height } = this.sigma.getDimensions();
    const seen = height - covered;
    if (x > EDGE_PX && y > EDGE_PX && x < width - EDGE_PX && y < seen - EDGE_PX) return;
    const camera = this.sigma.getCamera();
    const middle = this.sigma.viewportToFramedGraph({ x: width / 2, y: seen / 2 });
    void camera.animate({ x: camera.x + drawn.x - middle.x, y: camera.y + drawn.y - middle.y }, { duration: this.within(300) });
  }

  /** Puts what is at `from` to `to`, and all around it nearer together (`factor` above 1) or further apart: at once, for fingers that hold it. */
  carry(from: Point, to: Point, factor = 1): void {
    const camera = this.sigma.getCamera();
    // The matrices that sigma keeps are those of the last picture, and several moves may come between two.
    const state = camera.getState();
    const held = this.sigma.viewportToFramedGraph(from, { cameraState: state });
    const ratio = camera.getBoundedRatio(state.ratio * factor);
    const there = this.sigma.viewportToFramedGraph(to, { cameraState: { ...state, ratio } });
    camera.setState({ ...state, ratio, x: state.x + held.x - there.x, y: state.y + held.y - there.y });
  }

  /** Where a concept is drawn; null: nowhere. */
  placeOf(id: string): { readonly x: number; readonly y: number; readonly radius: number } | null {
    const drawn = this.sigma.getNodeDisplayData(id);
    if (drawn === undefined || drawn.hidden) return null;
    const { x, y } = this.sigma.framedGraphToViewport(drawn);
    return { x, y, radius: this.sigma.scaleSize(drawn.size) };
  }

  /** The concept that is drawn at a place, or the nearest one that lies no further than `reach` from it, px. */
  nearest(at: Point, reach: number): string | null {
    let nearest: string | null = null;
    let least = reach;
    for (const { node } of this.sigma.getGraph().nodeEntries()) {
      const place = this.placeOf(node);
      if (place === null) continue;
      const gap = Math.hypot(at.x - place.x, at.y - place.y) - place.radius;
      if (gap >= least) continue;
      least = gap;
      nearest = node;
    }
    return nearest;
  }

  private within(ms: number): number {
    return this.still() ? 0 : ms;
  }
}
