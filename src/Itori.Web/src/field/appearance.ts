import type { FieldEdge, FieldNode } from './layout';
import { buildPalette, mix, type Palette } from './palette';

const EDGE_SHADES = 16;

/** How nodes and edges look: what is near the focus stands out, and many are drawn smaller and fainter, so that they do not cover each other. */
export class Appearance {
  palette: Palette;
  private node = 1;
  private edge = 1;
  private ink = 1;
  private shades: readonly string[] = [];
  /** Of edges that end at what is in focus, and of all others. */
  private touchedShades: readonly string[] = [];
  private untouched = '';

  constructor(dark: boolean) {
    this.palette = buildPalette(dark);
    this.mixShades();
  }

  setDark(dark: boolean): void {
    this.palette = buildPalette(dark);
    this.mixShades();
  }

  setCrowd(concepts: number, relations: number): void {
    const within = (value: number, least: number) => Math.max(least, Math.min(1, value));
    this.node = within(Math.sqrt(450 / Math.max(1, concepts)), 0.22);
    this.edge = within(Math.sqrt(1_200 / Math.max(1, relations)), 0.25);
    this.ink = within((1_500 / Math.max(1, relations)) ** 0.4, 0.35);
    this.mixShades();
  }

  /** `scale`: of the whole picture. */
  ofNode({ x, y, size, label, slot }: FieldNode, scale: number, faded: boolean, focused: boolean, hidden: boolean) {
    return {
      x,
      y,
      size: size * scale * this.node,
      label,
      color: '#888888',
      slot,
      fade: faded ? 1 : 0,
      forceLabel: !faded && focused,
      zIndex: faded ? 0 : 1,
      hidden,
      highlighted: false,
      type: 'phase',
    };
  }

  /** `touched`: null where nothing is in focus, else whether the edge ends at what is. `weakest`: lighter edges are not drawn. */
  ofEdge({ weight }: FieldEdge, touched: boolean | null, weakest: number) {
    // Most relations of a real conversation weigh 0.05 to 0.3, those of a first message less; the root lets the eye tell them apart, and even the weakest is to be seen.
    const strength = 0.25 + 0.75 * Math.sqrt(Math.max(0, Math.min(1, weight)));
    const shade = Math.round(strength * (EDGE_SHADES - 1));
    const wide = 0.6 + 2.8 * strength;
    return {
      size: touched === null ? wide * this.edge : touched ? wide : 0.6 * this.edge,
      color: touched === null ? (this.shades[shade] ?? this.palette.edge) : touched ? (this.touchedShades[shade] ?? this.palette.edge) : this.untouched,
      hidden: weight < weakest && touched !== true,
      label: '',
      forceLabel: false,
      // Strong over weak: sigma draws by ascending order.
      zIndex: touched === false ? 0 : shade,
      type: 'line',
    };
  }

  private mixShades(): void {
    const { ground, edge } = this.palette;
    const [faint, strong] = this.palette.edgeRange;
    const shadesOf = (part: (strength: number) => number) => Array.from({ length: EDGE_SHADES }, (_, shade) => mix(ground, edge, part(shade / (EDGE_SHADES - 1))));
    this.shades = shadesOf((strength) => this.ink * (faint + (strong - faint) * strength));
    this.touchedShades = shadesOf((strength) => 0.4 + 0.5 * strength);
    this.untouched = mix(ground, edge, 0.07 * this.ink);
  }
}
