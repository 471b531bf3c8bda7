/** How people look: the same on every page that shows them. */

import { fnv1a } from './fnv1a';

/** A stable colour of a person, apart from its neighbours on the wheel and dark enough for white letters. */
export function personColor(id: string): string {
  const hues = [12, 38, 62, 96, 138, 165, 196, 222, 250, 278, 306, 338];
  return `oklch(0.54 0.115 ${hues[fnv1a(id) % hues.length]})`;
}

export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first, ...rest] = words;
  if (first === undefined) return '?';
  const last = rest.at(-1);
  return (last === undefined ? [...first].slice(0, 2).join('') : `${[...first][0] ?? ''}${[...last][0] ?? ''}`).toUpperCase();
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** A time of today as hours and minutes, another day's with its date. */
export function timeOf(unixMs: number): string {
  const date = new Date(unixMs);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : dayAndClock.format(date);
}
