/** How people look: the same on every page that shows them. */

/** A stable colour of a person, apart from its neighbours on the wheel and dark enough for white letters. */
export function personColor(id: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  const hues = [12, 38, 62, 96, 138, 165, 196, 222, 250, 278, 306, 338];
  return `oklch(0.54 0.115 ${hues[(hash >>> 0) % hues.length]})`;
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
