/** The part of the slider that is for the time since the last change, when that is long: nothing happened there. */
const IDLE_PART = 0.06;

/** Where a time stands on the slider, [0, 1], and back. */
export interface TimeScale {
  readonly partOf: (time: number) => number;
  readonly timeOf: (part: number) => number;
}

/** Even from the first to the last change; a long time without one until now is drawn together at the right end. */
export function timeScale(from: number, lastChange: number, now: number): TimeScale {
  const end = Math.max(now, from + 1_000);
  const span = end - from;
  const even = end - lastChange <= IDLE_PART * span || lastChange <= from;
  const knee = even ? end : lastChange;
  const kneePart = even ? 1 : 1 - IDLE_PART;
  return {
    partOf: (time) => {
      const part = time <= knee ? (kneePart * (time - from)) / (knee - from) : kneePart + ((1 - kneePart) * (time - knee)) / (end - knee);
      return Math.min(1, Math.max(0, part));
    },
    timeOf: (part) => (part <= kneePart ? from + (part / kneePart) * (knee - from) : knee + ((part - kneePart) / (1 - kneePart)) * (end - knee)),
  };
}
