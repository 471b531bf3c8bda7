import { createStore } from '../store';

/** What stands in the composer; outside of it so that the welcome text can fill it. */
export const draft = createStore('');

export function fillComposer(text: string): void {
  draft.set(() => text);
  document.querySelector<HTMLTextAreaElement>('#composer')?.focus();
}
