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

/** Numbers that are drawn with, one group for each instance. */
export class InstanceBuffer {
  private readonly buffer: WebGLBuffer;
  private kept: Float32Array | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.buffer = gl.createBuffer();
  }

  /** Tells the vertex array that is bound where its attributes are: one number each, at these locations, in this order. */
  describe(locations: readonly number[]): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [at, location] of locations.entries()) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, 1, gl.FLOAT, false, 4 * locations.length, 4 * at);
      gl.vertexAttribDivisor(location, 1);
    }
  }

  write(numbers: Float32Array): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.DYNAMIC_DRAW);
  }

  /** Writes numbers that do not change any more, unless they stand there already. */
  keep(numbers: Float32Array): void {
    if (this.kept !== numbers) this.write(numbers);
    this.kept = numbers;
  }
}
