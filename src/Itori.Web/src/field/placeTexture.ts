import { GROUP_GLSL, NumberTexture, type Shot, type Uniforms } from './gl';
import type { Projection } from './projection';
import type { Rows } from './rows';

export const PLACE_UNIFORMS = ['u_places', 'u_projection', 'u_size', 'u_pixel'] as const;

/** Where a row is drawn, px, and where px are on the canvas: for vertex shaders. */
export const PLACE_GLSL = /* glsl */ `
uniform highp sampler2D u_places;
uniform vec3 u_projection;
uniform vec2 u_size;
${GROUP_GLSL}
vec2 placeOf(float row) {
  vec2 place = texelFetch(u_places, group(int(row)), 0).xy;
  return u_projection.yz + u_projection.x * vec2(place.x, -place.y);
}

vec4 onCanvas(vec2 at) {
  return vec4(2.0 * at.x / u_size.x - 1.0, 1.0 - 2.0 * at.y / u_size.y, 0.0, 1.0);
}
`;

/** The places of all concepts on the graphics card. What moves is written here alone: nodes and edges only say which rows they stand at. */
export class PlaceTexture {
  private readonly places: NumberTexture;
  private edition = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.places = new NumberTexture(gl, 0, 2);
  }

  /** For a draw of what stands at these rows, whose places are written if they are others than at the last one. */
  use(uniforms: Uniforms<(typeof PLACE_UNIFORMS)[number]>, rows: Rows, projection: Projection, { width, height, ratio }: Shot): void {
    const { gl } = this;
    if (this.edition !== rows.edition) this.places.write(rows.places);
    this.edition = rows.edition;
    this.places.use(uniforms.u_places);
    gl.uniform3f(uniforms.u_projection, projection.scale, projection.originX, projection.originY);
    gl.uniform2f(uniforms.u_size, width, height);
    gl.uniform1f(uniforms.u_pixel, 1 / ratio);
  }
}
