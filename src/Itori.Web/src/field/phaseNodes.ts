import { NodeProgram, type ProgramInfo } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import type { FieldEdge, FieldNode } from './layout';
import { HUE_OFFSET, type Tone } from './palette';

/** What a node says of its looks beyond what sigma asks: where its phase stands, and how strong its colour is. */
export interface PhaseNodeData extends NodeDisplayData {
  readonly slot: number;
  /** 0: vivid, 1: faded into the ground. */
  readonly fade: number;
}

export interface Tones {
  readonly vivid: Tone;
  readonly faded: Tone;
}

/** Phases by slot, rad, and how they are to look: shared by the renderer, which writes, and the program, which draws. */
export interface PhaseSheet {
  phases: Float32Array;
  tones: Tones;
}

const { FLOAT, UNSIGNED_BYTE } = WebGLRenderingContext;
const UNIFORMS = ['u_sizeRatio', 'u_correctionRatio', 'u_matrix', 'u_vivid', 'u_faded'] as const;
const PHASE_AT = 3;

// OKLCH to sRGB as in palette.ts, once per corner of a node's triangle. The hue is thus made where it is drawn, and a frame costs one buffer.
const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec2 a_position;
attribute float a_size;
attribute float a_phase;
attribute float a_fade;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
uniform vec2 u_vivid;
uniform vec2 u_faded;
varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying vec2 v_hand;
varying float v_ink;

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
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 offset = size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + offset, 1)).xy, 0, 1);
  v_offset = offset;
  v_radius = size / 2.0;
  #ifdef PICKING_MODE
  v_color = a_id;
  v_color.a *= 255.0 / 254.0;
  v_hand = vec2(0.0);
  v_ink = 0.0;
  #else
  v_color = vec4(oklch(mix(u_vivid, u_faded, a_fade), a_phase + ${HUE_OFFSET.toFixed(4)}), 1.0);
  v_hand = vec2(cos(a_phase), sin(a_phase));
  v_ink = 0.72 * (1.0 - a_fade);
  #endif
}
`;

// A disc, and in it a hand that points to where the phase is: what the hue says is also to be read without colour.
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying vec2 v_hand;
varying float v_ink;
uniform float u_correctionRatio;

void main(void) {
  float pixel = u_correctionRatio * 2.0;
  float beyond = length(v_offset) - v_radius + pixel;
  #ifdef PICKING_MODE
  gl_FragColor = beyond > pixel ? vec4(0.0) : v_color;
  #else
  float along = clamp(dot(v_offset, v_hand), 0.12 * v_radius, 0.86 * v_radius);
  float aside = length(v_offset - along * v_hand);
  float width = max(0.7 * pixel, 0.11 * v_radius);
  float roomy = smoothstep(3.0, 5.0, v_radius / pixel);
  float ink = roomy * v_ink * (1.0 - smoothstep(width - 0.5 * pixel, width + 0.5 * pixel, aside));
  vec4 color = vec4(mix(v_color.rgb, vec3(0.06, 0.07, 0.09), ink), 1.0);
  gl_FragColor = color * (1.0 - clamp(beyond / pixel, 0.0, 1.0));
  #endif
}
`;

/** A node program whose hue and hand come from `sheet`, and a way to draw only what turned. */
export function phaseProgram(sheet: PhaseSheet, made: (program: PhaseProgram) => void) {
  return class extends PhaseProgram {
    protected override readonly sheet = sheet;

    constructor(...args: ConstructorParameters<typeof PhaseProgram>) {
      super(...args);
      made(this);
    }
  };
}

export abstract class PhaseProgram extends NodeProgram<(typeof UNIFORMS)[number], FieldNode, FieldEdge> {
  protected abstract readonly sheet: PhaseSheet;
  private params: RenderParams | null = null;
  /** The slot that each row of the buffer shows; −1: nothing. */
  private slots = new Int32Array(0);

  override getDefinition() {
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: WebGLRenderingContext.TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_position', size: 2, type: FLOAT },
        { name: 'a_size', size: 1, type: FLOAT },
        { name: 'a_phase', size: 1, type: FLOAT },
        { name: 'a_fade', size: 1, type: FLOAT },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_angle', size: 1, type: FLOAT }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  override reallocate(capacity: number): void {
    if (capacity !== this.capacity) this.slots = new Int32Array(capacity).fill(-1);
    super.reallocate(capacity);
  }

  override processVisibleItem(nodeIndex: number, startIndex: number, data: NodeDisplayData): void {
    const { slot, fade } = data as PhaseNodeData;
    const { array } = this;
    array[startIndex] = data.x;
    array[startIndex + 1] = data.y;
    array[startIndex + 2] = data.size;
    array[startIndex + PHASE_AT] = this.sheet.phases[slot] ?? 0;
    array[startIndex + 4] = fade;
    array[startIndex + 5] = nodeIndex;
    this.slots[startIndex / this.STRIDE] = slot;
  }

  override setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo): void {
    const { vivid, faded } = this.sheet.tones;
    gl.uniform1f(uniformLocations['u_correctionRatio'] ?? null, params.correctionRatio);
    gl.uniform1f(uniformLocations['u_sizeRatio'] ?? null, params.sizeRatio);
    gl.uniformMatrix3fv(uniformLocations['u_matrix'] ?? null, false, params.matrix);
    gl.uniform2f(uniformLocations['u_vivid'] ?? null, vivid.lightness, vivid.chroma);
    gl.uniform2f(uniformLocations['u_faded'] ?? null, faded.lightness, faded.chroma);
  }

  override render(params: RenderParams): void {
    this.params = params;
    this.write();
    super.render(params);
  }

  /** Draws the nodes again with the sheet's phases, where they stand: no edge, label or place is looked at. False: nothing was drawn before. */
  repaint(): boolean {
    const { params, normalProgram } = this;
    if (params === null || this.hasNothingToRender()) return false;
    this.write();
    const { gl } = normalProgram;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, params.width * params.pixelRatio, params.height * params.pixelRatio);
    gl.clear(gl.COLOR_BUFFER_BIT);
    this.bindProgram(normalProgram);
    this.renderProgram(params, normalProgram);
    this.unbindProgram(normalProgram);
    return true;
  }

  private write(): void {
    const { array, slots, STRIDE, sheet } = this;
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row] ?? -1;
      if (slot >= 0) array[row * STRIDE + PHASE_AT] = sheet.phases[slot] ?? 0;
    }
  }
}

/** Draws nothing: what is hovered is marked on the overlay, and its hue must keep turning below. */
export class NoHover extends NodeProgram<never, FieldNode, FieldEdge> {
  override getDefinition() {
    return {
      VERTICES: 1,
      VERTEX_SHADER_SOURCE: 'attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0, 1); }',
      FRAGMENT_SHADER_SOURCE: 'precision mediump float; void main(void) { gl_FragColor = vec4(0.0); }',
      METHOD: WebGLRenderingContext.POINTS,
      UNIFORMS: [],
      ATTRIBUTES: [{ name: 'a_position', size: 2, type: FLOAT }],
    };
  }

  override processVisibleItem(): void {}

  override setUniforms(): void {}

  override render(): void {}
}
