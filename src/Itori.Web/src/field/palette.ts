/** Colours of the field. Hues are equally light and equally strong (OKLCH), so that no phase looks more important than another. */

const STEPS = 240;
const TAU = 2 * Math.PI;
/** The hue of phase 0, rad: a warm red rather than OKLCH's magenta. */
export const HUE_OFFSET = 0.45;

/** OKLCH lightness and chroma of a wheel of hues. */
export interface Tone {
  readonly lightness: number;
  readonly chroma: number;
}

export const tones = {
  dark: { vivid: { lightness: 0.74, chroma: 0.125 }, faded: { lightness: 0.36, chroma: 0.035 } },
  light: { vivid: { lightness: 0.66, chroma: 0.135 }, faded: { lightness: 0.88, chroma: 0.025 } },
} as const;

export interface Palette {
  /** By phase. */
  readonly vivid: readonly string[];
  readonly ground: string;
  readonly label: string;
  readonly faintLabel: string;
  readonly ring: string;
  readonly track: string;
  readonly line: string;
  readonly axis: string;
  readonly accent: string;
  readonly edge: string;
  readonly clusterFill: string;
  readonly clusterLine: string;
  readonly alarm: string;
  /** How much of the edge's ink the weakest and the strongest relation get, in [0, 1]. */
  readonly edgeRange: readonly [number, number];
}

export function buildPalette(dark: boolean): Palette {
  const wheel = ({ lightness, chroma }: Tone) =>
    Array.from({ length: STEPS }, (_, step) => oklch(lightness, chroma, (step / STEPS) * TAU + HUE_OFFSET));
  const { vivid } = dark ? tones.dark : tones.light;
  return dark
    ? {
        vivid: wheel(vivid),
        ground: '#15171c',
        label: '#e6e7ea',
        faintLabel: '#6f7580',
        ring: '#f4f4f2',
        track: '#2b2f38',
        line: '#8b93a0',
        axis: '#979da9',
        accent: '#8fa2ff',
        edge: '#b4bac6',
        clusterFill: '#1b1e25',
        clusterLine: '#2d323c',
        alarm: '#f0806f',
        edgeRange: [0.14, 0.66],
      }
    : {
        vivid: wheel(vivid),
        ground: '#fbfaf8',
        label: '#23262d',
        faintLabel: '#a4a8b0',
        ring: '#23262d',
        track: '#e7e5e0',
        line: '#7c818b',
        axis: '#626670',
        accent: '#3f51c9',
        edge: '#4a5060',
        clusterFill: '#f4f2ee',
        clusterLine: '#dedad2',
        alarm: '#c8412f',
        edgeRange: [0.13, 0.62],
      };
}

export function hue(wheel: readonly string[], phase: number): string {
  const turn = phase / TAU;
  const step = Math.floor((turn - Math.floor(turn)) * STEPS) % STEPS;
  return wheel[step] ?? '#888888';
}

/** OKLCH to sRGB hex (Björn Ottosson, "A perceptual color space for image processing", 2020); out-of-range values are clipped. */
function oklch(lightness: number, chroma: number, angle: number): string {
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const hex = channels.map((linear) => {
    const clipped = Math.min(1, Math.max(0, linear));
    const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${hex.join('')}`;
}
