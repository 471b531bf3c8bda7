import type { ItoriClient } from '../client';

/** Pages of history that a jump may fetch. */
const MAX_PAGES = 40;
const PAGE_MS = 10_000;

/** Brings a message of this session into view, marks it for a moment and focuses it, so that reading goes on there; earlier pages are fetched until it is there. False: it is not to be had. */
export async function jumpToMessage(client: ItoriClient, seq: number): Promise<boolean> {
  // Where a small screen shows the field, React shows the conversation first: nothing hidden can be scrolled to or focused.
  await Promise.resolve();
  for (let page = 0; page < MAX_PAGES; page++) {
    const element = document.querySelector<HTMLElement>(`.message[data-seq="${seq}"]`);
    if (element !== null) {
      show(element);
      return true;
    }
    const { conversation } = client.store.get();
    const first = conversation.events[0]?.seq ?? 0;
    if (first <= seq || !conversation.more) return false;
    client.loadEarlier();
    await nextPage(client, first);
  }
  return false;
}

function nextPage(client: ItoriClient, first: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      // React draws what came before the next look.
      requestAnimationFrame(() => resolve());
    };
    const timer = setTimeout(done, PAGE_MS);
    const unsubscribe = client.store.subscribe(() => {
      const { conversation } = client.store.get();
      if ((conversation.events[0]?.seq ?? 0) < first || !conversation.loading) done();
    });
  });
}

function show(element: HTMLElement): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
  element.animate?.([{ backgroundColor: 'var(--highlight)' }, { backgroundColor: 'transparent' }], { duration: 2_400, easing: 'ease-in' });
}
