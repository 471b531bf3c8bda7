import { Layer, NumberTexture, makeProgram, roomFor, uniformsOf, type Shot } from './gl';
import { HUE_OFFSET, type Tone } from './palette';
import { PLACE_GLSL, PLACE_UNIFORMS, PlaceTexture } from './placeTexture';
import type { Projection } from './projection';
import type { Rows } from './rows';

export interface Tones {
  readonly vivid: Tone;
  readonly faded: Tone;
}

const UNIFORMS = [...PLACE_UNIFORMS, 'u_looks', 'u_phases', 'u_magnification', 'u_vivid', 'u_faded'] as const;

// OKLCH to sRGB as in palette.ts, once per corner of a node's triangle. The hue is thus made where it is drawn, and a frame costs one buffer.
const VERTEX = /* glsl */ `
uniform highp sampler2D u_looks;
uniform highp sampler2D u_phases;
uniform float u_magnification;
uniform vec2 u_vivid;
uniform vec2 u_faded;
flat out vec3 v_color;
flat out float v_radius;
flat out vec2 v_hand;
flat out float v_ink;
out vec2 v_offset;
${PLACE_GLSL}
vec3 oklch(vec2 tone, float angle) {
  float a = tone.y * cos(angle);
  float b = tone.y * sin(angle);
  vec3 cone = vec3(
    tone.x + 0.3963377774 * a + 0.2158037573 * b,
    tone.x - 0.1055613458 * a - 0.0638541728 * b,
    tone.x - 0.0894841775 * a - 1.291485548 * b
  );
  cone = cone * cone * cone;
  vec3 linear = clamp(vec3(
    4.0767416621 * cone.x - 3.3077115913 * cone.y + 0.2309699292 * cone.z,
    -1.2684380046 * cone.x + 2.6097574011 * cone.y - 0.3413193965 * cone.z,
    -0.0041960863 * cone.x - 0.7034186147 * cone.y + 1.707614701 * cone.z
  ), 0.0, 1.0);
  return mix(12.92 * linear, 1.055 * pow(max(linear, 0.0001), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, linear));
}

void main() {
  ivec2 node = group(gl_VertexID / 3);
  vec3 look = texelFetch(u_looks, node, 0).xyz;
  float phase = texelFetch(u_phases, node, 0).x;
  v_radius = look.y * u_magnification;
  // The smallest triangle round the disc.
  float angle = float(gl_VertexID % 3) * 2.0943951;
  v_offset = 2.0 * v_radius * vec2(cos(angle), sin(angle));
  gl_Position = onCanvas(placeOf(look.x) + vec2(v_offset.x, -v_offset.y));
  v_color = oklch(mix(u_vivid, u_faded, look.z), phase + ${HUE_OFFSET.toFixed(4)});
  v_hand = vec2(cos(phase), sin(phase));
  v_ink = 0.72 * (1.0 - look.z) * smoothstep(3.0, 5.0, v_radius);
}
`;

// A disc, and in it a hand that points to where the phase is: what the hue says is also to be read without colour.
const FRAGMENT = /* glsl */ `
uniform float u_pixel;
flat in vec3 v_color;
flat in float v_radius;
flat in vec2 v_hand;
flat in float v_ink;
in vec2 v_offset;
out vec4 color;

void main() {
  float along = clamp(dot(v_offset, v_hand), 0.12 * v_radius, 0.86 * v_radius);
  float aside = length(v_offset - along * v_hand);
  float width = max(0.7, 0.11 * v_radius);
  float ink = v_ink * (1.0 - smoothstep(width - 0.5 * u_pixel, width + 0.5 * u_pixel, aside));
  float cover = clamp((v_radius - length(v_offset)) / u_pixel, 0.0, 1.0);
  color = vec4(mix(v_color, vec3(0.06, 0.07, 0.09), ink), 1.0) * cover;
}
`;

/** The concepts, as discs. A frame of phases writes one number for each; places are a texture, which is written when they moved. */
export class NodeLayer extends Layer<Parts> {
  /** Row, radius and fade of each that is drawn, those that stand back first. */
  private looks = new Float32Array(0);
  private phases = new Float32Array(0);
  private count = 0;

  constructor(container: HTMLElement, restored: () => void) {
    super(container, (gl) => new Parts(gl), restored);
  }

  /** Which concepts there are changed, or how they look. */
  read({ count, radii, fades }: Rows): void {
    const looks: number[] = [];
    for (const fade of [1, 0]) {
      for (let row = 0; row < count; row++) {
        const radius = radii[row] ?? 0;
        if (fades[row] === fade && radius > 0) looks.push(row, radius, fade);
      }
    }
    this.count = looks.length / 3;
    this.looks = new Float32Array(3 * roomFor(this.count));
    this.looks.set(looks);
    this.phases = new Float32Array(roomFor(this.count));
  }

  draw(shot: Shot, projection: Projection, rows: Rows, { vivid, faded }: Tones): void {
    const begun = this.begin(shot);
    const { looks, phases, count } = this;
    if (begun === null || count === 0) return;
    const { gl, parts } = begun;
    const { uniforms } = parts;
    gl.useProgram(parts.program);
    parts.places.use(uniforms, rows, projection, shot);
    gl.uniform1f(uniforms.u_magnification, projection.magnification);
    gl.uniform2f(uniforms.u_vivid, vivid.lightness, vivid.chroma);
    gl.uniform2f(uniforms.u_faded, faded.lightness, faded.chroma);
    parts.looks.keep(looks);
    parts.looks.use(uniforms.u_looks);
    for (let at = 0; at < count; at++) phases[at] = rows.phases[looks[3 * at] ?? 0] ?? 0;
    parts.phases.write(phases);
    parts.phases.use(uniforms.u_phases);
    gl.drawArrays(gl.TRIANGLES, 0, 3 * count);
  }
}

class Parts {
  readonly program: WebGLProgram;
  readonly uniforms;
  readonly places: PlaceTexture;
  readonly looks: NumberTexture;
  readonly phases: NumberTexture;

  constructor(gl: WebGL2RenderingContext) {
    this.program = makeProgram(gl, VERTEX, FRAGMENT);
    this.uniforms = uniformsOf(gl, this.program, UNIFORMS);
    this.places = new PlaceTexture(gl);
    this.looks = new NumberTexture(gl, 1, 3);
    this.phases = new NumberTexture(gl, 2, 1);
  }
}
