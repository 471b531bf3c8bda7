/** What one picture is drawn with. */
export interface Shot {
  /** px. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen in a px. */
  readonly ratio: number;
}

/** A canvas that WebGL 2 draws on. A browser may take the graphics card away at any time; what stood on it (`Parts`) is made anew when it gives it back. */
export abstract class Layer<Parts> {
  readonly element = document.createElement('canvas');
  private readonly gl: WebGL2RenderingContext;
  private parts: Parts | null;

  /** @throws Error where the browser has no WebGL 2. */
  constructor(container: HTMLElement, build: (gl: WebGL2RenderingContext) => Parts, restored: () => void) {
    const { element } = this;
    element.className = 'field-overlay';
    element.setAttribute('aria-hidden', 'true');
    const gl = element.getContext('webgl2', { antialias: false });
    if (gl === null) throw new Error('This browser has no WebGL 2.');
    this.gl = gl;
    this.parts = build(gl);
    element.addEventListener('webglcontextlost', (event) => {
      // Without this the browser would not give it back.
      event.preventDefault();
      this.parts = null;
    });
    element.addEventListener('webglcontextrestored', () => {
      this.parts = build(gl);
      restored();
    });
    container.append(element);
  }

  /** Begins a picture of an empty ground. Null: there is nothing to draw with now. */
  protected begin({ width, height, ratio }: Shot): { readonly gl: WebGL2RenderingContext; readonly parts: Parts } | null {
    const { element, gl, parts } = this;
    if (parts === null) return null;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== across || element.height !== down) {
      element.width = across;
      element.height = down;
    }
    gl.viewport(0, 0, across, down);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    return { gl, parts };
  }

  destroy(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.element.remove();
  }
}

/** @throws Error where the driver does not take it. */
export function makeProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) continue;
    gl.shaderSource(shader, `#version 300 es\nprecision highp float;\nprecision highp int;\n${source}`);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // Goes with the program.
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  // A context that is lost meanwhile links nothing, and that is no fault of the program: it will be made anew.
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) throw new Error(`The graphics driver refuses a program: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}

export type Uniforms<Name extends string> = Readonly<Record<Name, WebGLUniformLocation | null>>;

export function uniformsOf<Name extends string>(gl: WebGL2RenderingContext, program: WebGLProgram, names: readonly Name[]): Uniforms<Name> {
  return Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)])) as Record<Name, WebGLUniformLocation | null>;
}

/** Textures of numbers are of this width: group `n` stands at (n mod 1024, n div 1024). */
export const TEXTURE_WIDTH = 1_024;

/** How many groups an array has room for that is to be a texture of so many. */
export function roomFor(groups: number): number {
  return TEXTURE_WIDTH * Math.max(1, Math.ceil(groups / TEXTURE_WIDTH));
}

/** Finds a group of numbers in their texture, for vertex shaders. */
export const GROUP_GLSL = /* glsl */ `
ivec2 group(int at) {
  return ivec2(at % ${TEXTURE_WIDTH}, at / ${TEXTURE_WIDTH});
}
`;

/**
 * Numbers that vertex shaders look up, in groups of one to three: instead of instances with attributes, which software renderers, and some graphics cards, draw one after the other.
 */
export class NumberTexture {
  private readonly texture: WebGLTexture;
  private lines = 0;
  private kept: Float32Array | null = null;

  /** `unit`: the texture unit that it stands at while it is drawn with, one for each texture of a draw. */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly unit: number,
    private readonly fields: 1 | 2 | 3,
  ) {
    this.texture = gl.createTexture();
    this.bind();
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  /** Whole lines of numbers: see `roomFor`. */
  write(numbers: Float32Array): void {
    const { gl, fields } = this;
    const lines = numbers.length / (fields * TEXTURE_WIDTH);
    const format = ([gl.RED, gl.RG, gl.RGB] as const)[fields - 1] ?? gl.RED;
    const stored = ([gl.R32F, gl.RG32F, gl.RGB32F] as const)[fields - 1] ?? gl.R32F;
    this.bind();
    if (lines === this.lines) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, TEXTURE_WIDTH, lines, format, gl.FLOAT, numbers);
    else gl.texImage2D(gl.TEXTURE_2D, 0, stored, TEXTURE_WIDTH, lines, 0, format, gl.FLOAT, numbers);
    this.lines = lines;
  }

  /** Writes numbers that do not change any more, unless they stand there already. */
  keep(numbers: Float32Array): void {
    if (this.kept !== numbers) this.write(numbers);
    this.kept = numbers;
  }

  /** For a draw that looks them up. */
  use(sampler: WebGLUniformLocation | null): void {
    this.bind();
    this.gl.uniform1i(sampler, this.unit);
  }

  private bind(): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + this.unit);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
  }
}
