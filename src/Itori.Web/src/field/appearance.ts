import type { EdgeColors, EdgeLook } from './edgeLayer';
import type { FieldNode } from './layout';
import type { Tones } from './nodeLayer';
import { buildPalette, tones, type Palette } from './palette';

/** How nodes and edges look: what is near the focus stands out, and many are drawn smaller and fainter, so that they do not cover each other. */
export class Appearance {
  palette: Palette;
  tones: Tones;
  private node = 1;
  private edge = 1;
  private ink = 1;

  constructor(dark: boolean) {
    this.palette = buildPalette(dark);
    this.tones = dark ? tones.dark : tones.light;
  }

  setDark(dark: boolean): void {
    this.palette = buildPalette(dark);
    this.tones = dark ? tones.dark : tones.light;
  }

  setCrowd(concepts: number, relations: number): void {
    const within = (value: number, least: number) => Math.max(least, Math.min(1, value));
    this.node = within(Math.sqrt(450 / Math.max(1, concepts)), 0.22);
    this.edge = within(Math.sqrt(1_200 / Math.max(1, relations)), 0.25);
    this.ink = within((1_500 / Math.max(1, relations)) ** 0.4, 0.35);
  }

  /** px where the whole field is seen. `scale`: of the whole picture. */
  radiusOf({ size }: FieldNode, scale: number): number {
    return size * scale * this.node;
  }

  get edgeColors(): EdgeColors {
    return { ground: this.palette.ground, line: this.palette.edge };
  }

  /** How all edges look, and over them those that end at what is in focus. `focused`: something is. */
  edges(focused: boolean): { readonly all: EdgeLook; readonly touched: EdgeLook } {
    const [faint, strong] = this.palette.edgeRange;
    const { edge, ink } = this;
    return {
      all: focused ? { width: [0.6 * edge, 0], ink: [0.07 * ink, 0] } : { width: [0.6 * edge, 2.8 * edge], ink: [ink * faint, ink * (strong - faint)] },
      touched: { width: [0.6, 2.8], ink: [0.4, 0.5] },
    };
  }
}
