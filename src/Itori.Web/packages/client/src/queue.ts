import { uniqueId } from './ids.js';
import type { Command } from './protocol/messages.js';

/** A command that waits for its answer. */
export interface StoredCommand {
  readonly id: string;
  readonly command: Command;
  /** Unix ms. */
  readonly createdAt: number;
}

/** Keeps commands beyond the life of a page, so that the next one can send them. */
export interface QueueStore {
  readonly put: (command: StoredCommand) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  /** Takes over at most `room` commands of pages that are gone, the oldest first. No two pages ever get the same one. */
  readonly adopt: (room: number) => Promise<readonly StoredCommand[]>;
  /** Lets other pages take over what is left. */
  readonly close: () => void;
}

interface Row extends StoredCommand {
  readonly owner: string;
  /** Puts commands of the same millisecond in order. */
  readonly order: number;
}

export interface IndexedDbQueueOptions {
  /** Pages with the same name share what they leave behind. */
  readonly name: string;
  readonly indexedDB?: IDBFactory;
  readonly locks?: Pick<LockManager, 'request' | 'query'>;
}

const TABLE = 'commands';

/**
 * Commands in IndexedDB. Each page owns what it put there and holds a Web Lock for as long as it lives; the browser frees the lock when the page goes, however it goes. Only rows
 * of owners without a lock are taken over, one page at a time, so that two pages never send the same queue.
 */
export class IndexedDbQueue implements QueueStore {
  readonly #owner = uniqueId();
  readonly #locks: Pick<LockManager, 'request' | 'query'>;
  readonly #opened: Promise<IDBDatabase>;
  readonly #owning: Promise<void>;
  #release: () => void = () => undefined;
  #order = 0;

  private constructor(
    private readonly name: string,
    factory: IDBFactory,
    locks: Pick<LockManager, 'request' | 'query'>,
  ) {
    this.#locks = locks;
    const released = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    this.#owning = new Promise((resolve, reject) => {
      this.#locks
        .request(this.#lockOf(this.#owner), () => {
          resolve();
          return released;
        })
        .catch(reject);
    });
    this.#opened = open(factory, name);
    // Whoever uses them is told; a queue that nobody uses must not end a program.
    this.#owning.catch(() => undefined);
    this.#opened.catch(() => undefined);
  }

  /** Null where a browser lacks what is needed, or forbids it: no IndexedDB, or no Web Locks, which only secure pages have (and localhost). */
  static tryOpen(options: IndexedDbQueueOptions): IndexedDbQueue | null {
    try {
      const factory = options.indexedDB ?? globalThis.indexedDB;
      const locks = options.locks ?? globalThis.navigator?.locks;
      return factory === undefined || locks === undefined ? null : new IndexedDbQueue(options.name, factory, locks);
    } catch {
      // Where pages may keep nothing, some browsers throw at whoever only looks.
      return null;
    }
  }

  async put(command: StoredCommand): Promise<void> {
    this.#order += 1;
    const row: Row = { ...command, owner: this.#owner, order: this.#order };
    // Without its lock held, the row would look like one of a page that is gone.
    await this.#owning;
    await this.#write((rows) => rows.put(row));
  }

  async remove(id: string): Promise<void> {
    await this.#owning;
    await this.#write((rows) => rows.delete(id));
  }

  async adopt(room: number): Promise<readonly StoredCommand[]> {
    await this.#owning;
    return this.#locks.request(`${this.name}/adopt`, async () => {
      const all = await this.#all();
      if (all.every((row) => row.owner === this.#owner)) return [];
      const { held = [] } = await this.#locks.query();
      const alive = new Set(held.map((lock) => lock.name));
      const left = all.filter((row) => !alive.has(this.#lockOf(row.owner))).sort((a, b) => a.createdAt - b.createdAt || a.order - b.order);
      const taken = left.slice(0, room);
      await this.#write((rows) => {
        for (const row of taken) rows.put({ ...row, owner: this.#owner });
      });
      return taken.map(({ id, command, createdAt }) => ({ id, command, createdAt }));
    });
  }

  close(): void {
    this.#release();
  }

  #lockOf(owner: string): string {
    return `${this.name}/${owner}`;
  }

  async #all(): Promise<readonly Row[]> {
    const database = await this.#opened;
    return new Promise((resolve, reject) => {
      const request = database.transaction(TABLE).objectStore(TABLE).getAll() as IDBRequest<Row[]>;
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('reading failed'));
    });
  }

  async #write(change: (rows: IDBObjectStore) => void): Promise<void> {
    const database = await this.#opened;
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(TABLE, 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser has no room'));
      change(transaction.objectStore(TABLE));
    });
  }
}

function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser keeps no data'));
    request.onblocked = () => reject(new Error('another version of this page is open'));
  });
}
