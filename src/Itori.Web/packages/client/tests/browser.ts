import { IDBFactory } from 'fake-indexeddb';
import { IndexedDbQueue } from '../src/queue.js';

interface Held {
  readonly name: string;
  readonly page: BrowserPage;
}

interface Waiting extends Held {
  readonly run: () => void;
}

/** What the pages of one browser share: a database, and locks that are freed when a page goes. */
export class Browser {
  readonly indexedDB = new IDBFactory();
  private readonly held: Held[] = [];
  private waiting: Waiting[] = [];

  page(): BrowserPage {
    return new BrowserPage(this);
  }

  request<T>(page: BrowserPage, name: string, task: () => Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const mine = { name, page };
        this.held.push(mine);
        Promise.resolve(task())
          .then(resolve, reject)
          .finally(() => this.free(mine));
      };
      if (this.held.some((one) => one.name === name)) this.waiting.push({ name, page, run });
      else run();
    });
  }

  names(): readonly string[] {
    return this.held.map((one) => one.name);
  }

  end(page: BrowserPage): void {
    this.waiting = this.waiting.filter((one) => one.page !== page);
    for (const one of this.held.filter((held) => held.page === page)) this.free(one);
  }

  private free(mine: Held): void {
    const index = this.held.indexOf(mine);
    if (index < 0) return;
    this.held.splice(index, 1);
    const next = this.waiting.findIndex((one) => one.name === mine.name);
    if (next >= 0) this.waiting.splice(next, 1)[0]?.run();
  }
}

export class BrowserPage {
  constructor(private readonly browser: Browser) {}

  /** Web Locks as this page sees them. */
  readonly locks = {
    request: (name: string, task: () => unknown) => this.browser.request(this, name, task as () => Promise<unknown>),
    query: () => Promise.resolve({ held: this.browser.names().map((name) => ({ name })), pending: [] }),
  } as unknown as Pick<LockManager, 'request' | 'query'>;

  queue(): IndexedDbQueue {
    const queue = IndexedDbQueue.tryOpen({ name: 'test', indexedDB: this.browser.indexedDB as unknown as IDBFactory, locks: this.locks });
    if (queue === null) throw new Error('no IndexedDB');
    return queue;
  }

  /** The page is closed, or its process is killed: nothing of it runs any more. */
  die(): void {
    this.browser.end(this);
  }
}
