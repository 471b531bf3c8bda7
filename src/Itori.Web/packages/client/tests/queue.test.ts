import { beforeEach, describe, expect, it } from 'vitest';
import { IndexedDbQueue, type StoredCommand } from '../src/queue.js';
import { Browser } from './browser.js';

const stored = (number: number, createdAt = number): StoredCommand => ({
  id: `id-${number}`,
  createdAt,
  command: { type: 'user_msg', topic: 'session:s1', payload: { text: `words ${number}` } },
});
const ids = (commands: readonly StoredCommand[]) => commands.map((command) => command.id);

describe('IndexedDbQueue', () => {
  let browser: Browser;
  beforeEach(() => {
    browser = new Browser();
  });

  it('gives the next page what a closed one left, in its order', async () => {
    const page = browser.page();
    const queue = page.queue();
    for (const number of [3, 1, 2]) await queue.put(stored(number, 5));
    page.die();
    expect(ids(await browser.page().queue().adopt(10))).toEqual(['id-3', 'id-1', 'id-2']);
  });

  it('leaves alone what belongs to a page that lives', async () => {
    const queue = browser.page().queue();
    await queue.put(stored(1));
    expect(await browser.page().queue().adopt(10)).toEqual([]);
    expect(await queue.adopt(10)).toEqual([]);
  });

  it('never gives two pages the same command', async () => {
    const page = browser.page();
    const queue = page.queue();
    for (let number = 0; number < 30; number++) await queue.put(stored(number));
    page.die();
    const heirs = [browser.page(), browser.page(), browser.page()].map((heir) => heir.queue());
    const taken = (await Promise.all(heirs.flatMap((heir) => [heir.adopt(7), heir.adopt(4)]))).map(ids);
    expect(taken.flat().sort()).toEqual([...Array(30).keys()].map((number) => `id-${number}`).sort());
  });

  it('takes over only as much as there is room for, the oldest first', async () => {
    const page = browser.page();
    const queue = page.queue();
    for (const number of [4, 2, 3]) await queue.put(stored(number));
    page.die();
    const heir = browser.page().queue();
    expect(ids(await heir.adopt(2))).toEqual(['id-2', 'id-3']);
    expect(ids(await heir.adopt(2))).toEqual(['id-4']);
  });

  it('forgets what was answered', async () => {
    const page = browser.page();
    const queue = page.queue();
    await Promise.all([queue.put(stored(1)), queue.put(stored(2)), queue.remove('id-1')]);
    page.die();
    expect(ids(await browser.page().queue().adopt(10))).toEqual(['id-2']);
  });

  it('is handed on from heir to heir', async () => {
    const first = browser.page();
    await first.queue().put(stored(1));
    first.die();
    const second = browser.page();
    await second.queue().adopt(10);
    expect(await browser.page().queue().adopt(10)).toEqual([]);
    second.die();
    expect(ids(await browser.page().queue().adopt(10))).toEqual(['id-1']);
  });

  it('is not there without a database or locks', () => {
    expect(IndexedDbQueue.tryOpen({ name: 'x' })).toBeNull();
  });

  it('is not there where a browser forbids to look for a database', () => {
    Object.defineProperty(globalThis, 'indexedDB', {
      configurable: true,
      get: () => {
        throw new Error('forbidden');
      },
    });
    try {
      expect(IndexedDbQueue.tryOpen({ name: 'x' })).toBeNull();
    } finally {
      Reflect.deleteProperty(globalThis, 'indexedDB');
    }
  });
});
