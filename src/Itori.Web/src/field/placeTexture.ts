import type { Projection } from './projection';
import type { Shot, Uniforms } from './gl';
import { TEXTURE_WIDTH, type Rows } from './rows';

export const PLACE_UNIFORMS = ['u_places', 'u_projection', 'u_size', 'u_pixel'] as const;

/** Where a row is drawn, px, and where px are on the canvas: for vertex shaders. */
export const PLACE_GLSL = /* glsl */ `
uniform highp sampler2D u_places;
uniform vec3 u_projection;
uniform vec2 u_size;

vec2 placeOf(float row) {
  int at = int(row);
  vec2 place = texelFetch(u_places, ivec2(at % ${TEXTURE_WIDTH}, at / ${TEXTURE_WIDTH}), 0).xy;
  return u_projection.yz + u_projection.x * vec2(place.x, -place.y);
}

vec4 onCanvas(vec2 at) {
  return vec4(2.0 * at.x / u_size.x - 1.0, 1.0 - 2.0 * at.y / u_size.y, 0.0, 1.0);
}
`;

/** The places of all concepts on the graphics card. What moves is written here alone: nodes and edges only say which rows they stand at. */
export class PlaceTexture {
  private readonly texture: WebGLTexture;
  private lines = 0;
  private edition = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  /** The rows' places, which are whole lines of the texture. */
  private write(places: Float32Array): void {
    const { gl } = this;
    const lines = places.length / (2 * TEXTURE_WIDTH);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    if (lines === this.lines) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, TEXTURE_WIDTH, lines, gl.RG, gl.FLOAT, places);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG32F, TEXTURE_WIDTH, lines, 0, gl.RG, gl.FLOAT, places);
    this.lines = lines;
  }

  /** For a draw of what stands at these rows, whose places are written if they are others than at the last one. */
  use(uniforms: Uniforms<(typeof PLACE_UNIFORMS)[number]>, rows: Rows, projection: Projection, { width, height, ratio }: Shot): void {
    const { gl } = this;
    if (this.edition !== rows.edition) this.write(rows.places);
    this.edition = rows.edition;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.uniform1i(uniforms.u_places, 0);
    gl.uniform3f(uniforms.u_projection, projection.scale, projection.originX, projection.originY);
    gl.uniform2f(uniforms.u_size, width, height);
    gl.uniform1f(uniforms.u_pixel, 1 / ratio);
  }
}
