import type { FieldGraph } from './arranger';
import { Edges } from './edges';
import { Layer, NumberTexture, makeProgram, uniformsOf, type Shot } from './gl';
import { PLACE_GLSL, PLACE_UNIFORMS, PlaceTexture } from './placeTexture';
import type { Projection } from './projection';
import type { Rows } from './rows';

/** Affine in an edge's strength: what the weakest imaginable has, and what the strongest has more. */
export type ByStrength = readonly [number, number];

export interface EdgeLook {
  /** px where the whole field is seen. */
  readonly width: ByStrength;
  /** How much of `line` is mixed into `ground`. WebGL would blend translucent edges additively where they cross, which opaque mixtures do not suffer from. */
  readonly ink: ByStrength;
}

export interface EdgeColors {
  /** #rrggbb. */
  readonly ground: string;
  readonly line: string;
}

const UNIFORMS = [...PLACE_UNIFORMS, 'u_edges', 'u_width', 'u_ink', 'u_ground', 'u_line'] as const;
/** However weak, it can be seen, px. */
const THINNEST = 0.22;
/** Taken from each edge's width, px: many thin ones are to be a haze behind the concepts, which tells a strong one from them. */
const HAZE = 0.8;

// Two triangles along each edge, a pixel wider than it is so that it ends softly.
const VERTEX = /* glsl */ `
uniform highp sampler2D u_edges;
uniform float u_pixel;
uniform vec2 u_width;
uniform vec2 u_ink;
uniform vec3 u_ground;
uniform vec3 u_line;
flat out vec3 v_color;
flat out float v_width;
out float v_across;
${PLACE_GLSL}
const int CORNERS[6] = int[6](0, 1, 2, 2, 1, 3);

void main() {
  vec3 edge = texelFetch(u_edges, group(gl_VertexID / 6), 0).xyz;
  int corner = CORNERS[gl_VertexID % 6];
  vec2 from = placeOf(edge.x);
  vec2 to = placeOf(edge.y);
  vec2 along = to - from;
  float span = length(along);
  vec2 aside = span > 0.0 ? vec2(-along.y, along.x) / span : vec2(0.0);
  v_width = max(${THINNEST.toFixed(2)}, u_width.x + u_width.y * edge.z - ${HAZE.toFixed(2)});
  v_across = (0.5 * v_width + u_pixel) * (corner % 2 == 0 ? -1.0 : 1.0);
  v_color = mix(u_ground, u_line, clamp(u_ink.x + u_ink.y * edge.z, 0.0, 1.0));
  gl_Position = onCanvas((corner < 2 ? from : to) + v_across * aside);
}
`;

// What is thinner than a pixel covers only so much of it.
const FRAGMENT = /* glsl */ `
uniform float u_pixel;
flat in vec3 v_color;
flat in float v_width;
in float v_across;
out vec4 color;

void main() {
  float cover = clamp((0.5 * v_width - abs(v_across)) / u_pixel + 0.5, 0.0, 1.0);
  color = vec4(v_color, 1.0) * min(cover, v_width / u_pixel);
}
`;

/** The relations between concepts: one draw for all of them, and one for those of the concept in focus. An edge only knows the rows of its ends, so that nothing is done for it when they move. */
export class EdgeLayer extends Layer<Parts> {
  private readonly all = new Edges();
  private readonly touched = new Edges();

  constructor(container: HTMLElement, restored: () => void) {
    super(container, (gl) => new Parts(gl), restored);
  }

  /** Relations changed, or which concepts are to be seen, or the rows. `weakest`: lighter ones are not drawn. */
  read(graph: FieldGraph, rows: Rows, weakest: number): void {
    this.all.begin();
    graph.forEachEdge((_, { weight }, source, target) => {
      if (weight >= weakest) this.all.add(rows, source, target, weight);
    });
    this.all.end();
  }

  /** Another concept is in focus; null: none. Its relations are drawn over all others, the weak ones, too. */
  readFocus(graph: FieldGraph, rows: Rows, focus: string | null): void {
    this.touched.begin();
    if (focus !== null) graph.forEachEdge(focus, (_, { weight }, source, target) => this.touched.add(rows, source, target, weight));
    this.touched.end();
  }

  draw(shot: Shot, projection: Projection, rows: Rows, looks: { readonly all: EdgeLook; readonly touched: EdgeLook }, { ground, line }: EdgeColors): void {
    const begun = this.begin(shot);
    if (begun === null) return;
    const { gl, parts } = begun;
    const { uniforms } = parts;
    gl.useProgram(parts.program);
    parts.places.use(uniforms, rows, projection, shot);
    gl.uniform3fv(uniforms.u_ground, channels(ground));
    gl.uniform3fv(uniforms.u_line, channels(line));
    for (const [edges, batch, look] of [
      [this.all, parts.all, looks.all],
      [this.touched, parts.touched, looks.touched],
    ] as const) {
      if (edges.count === 0) continue;
      gl.uniform2f(uniforms.u_width, projection.magnification * look.width[0], projection.magnification * look.width[1]);
      gl.uniform2fv(uniforms.u_ink, look.ink);
      batch.keep(edges.numbers);
      batch.use(uniforms.u_edges);
      gl.drawArrays(gl.TRIANGLES, 0, 6 * edges.count);
    }
  }
}

class Parts {
  readonly program: WebGLProgram;
  readonly uniforms;
  readonly places: PlaceTexture;
  readonly all: NumberTexture;
  readonly touched: NumberTexture;

  constructor(gl: WebGL2RenderingContext) {
    this.program = makeProgram(gl, VERTEX, FRAGMENT);
    this.uniforms = uniformsOf(gl, this.program, UNIFORMS);
    this.places = new PlaceTexture(gl);
    this.all = new NumberTexture(gl, 1, 3);
    this.touched = new NumberTexture(gl, 1, 3);
  }
}

function channels(color: string): [number, number, number] {
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}
