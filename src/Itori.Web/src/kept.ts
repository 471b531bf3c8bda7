/** Over a reload of this tab, or over all of this browser's visits. */
export type Keeping = 'tab' | 'browser';

/** What was kept under a name; null: nothing, or the browser forbids pages to keep anything. */
export function recall(where: Keeping, key: string): string | null {
  try {
    return storage(where).getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text where the browser lets pages keep something; else it is forgotten with the page. */
export function keep(where: Keeping, key: string, text: string): void {
  try {
    storage(where).setItem(key, text);
  } catch {
    // Some browsers throw at whoever only looks.
  }
}

function storage(where: Keeping): Storage {
  return where === 'tab' ? sessionStorage : localStorage;
}
