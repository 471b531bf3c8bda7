import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Itori, type ItoriOptions } from '../src/itori.js';
import type { Command } from '../src/protocol/messages.js';
import { Browser, type BrowserPage } from './browser.js';
import { open, Peer, until, type Received } from './peer.js';

const say = (text: string): Command => ({ type: 'user_msg', topic: 'session:s1', payload: { text } });

describe('the offline queue', () => {
  let peer: Peer;
  let browser: Browser;
  const clients: Itori[] = [];
  const problems: Error[] = [];

  const visit = (page: BrowserPage, more: Partial<ItoriOptions> = {}) => {
    const client = new Itori({
      url: peer.endpoint,
      session: 's1',
      open,
      queue: page.queue(),
      backoff: { firstMs: 4, maxMs: 20 },
      onProblem: (error) => problems.push(error),
      ...more,
    });
    clients.push(client);
    return client;
  };
  const texts = () => peer.of('user_msg').map((message) => message.payload['text']);
  const acknowledge = ({ type, id, topic }: Received) => type === 'user_msg' && peer.send('ack', { topic, seq: peer.of('user_msg').length }, { correlationId: id });
  /** The page is closed without a word, as by a crash: its client stops without telling its queue. */
  const crash = async (page: BrowserPage, client: Itori) => {
    // What was said is in the database once a later write is.
    await page.queue().put({ id: `mark ${Math.random()}`, createdAt: Number.MAX_SAFE_INTEGER, command: say('mark') });
    client.disconnect();
    page.die();
  };
  const rows = async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = (browser.indexedDB as unknown as IDBFactory).open('test', 1);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return new Promise<number>((resolve) => {
      const request = database.transaction('commands').objectStore('commands').count();
      request.onsuccess = () => resolve(request.result);
    });
  };

  beforeEach(async () => {
    browser = new Browser();
    peer = await Peer.listen();
    peer.answer = acknowledge;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    problems.splice(0);
    await peer.close();
  });

  it('keeps what was said without a connection for the page that comes after, and sends it first', async () => {
    const page = browser.page();
    const first = visit(page);
    for (const text of ['one', 'two', 'three']) void first.send(say(text)).catch(() => undefined);
    const ids = first.pending.map((command) => command.id);
    await crash(page, first);

    const second = visit(browser.page());
    const later = second.send(say('four'));
    second.connect();
    await later;
    expect(texts().slice(0, 3)).toEqual(['one', 'two', 'three']);
    expect(texts().at(-1)).toBe('four');
    expect(peer.of('user_msg').slice(0, 3).map((message) => message.id)).toEqual(ids);
  });

  it('shows what an earlier page left as pending until it is acknowledged', async () => {
    const page = browser.page();
    const first = visit(page);
    void first.send(say('kept')).catch(() => undefined);
    await crash(page, first);

    peer.answer = () => undefined;
    const second = visit(browser.page());
    const session = second.session();
    second.connect();
    await until('the message is shown', () => session.state.get().outgoing.some((message) => message.text === 'kept'));
    await until('the message is sent', () => texts().includes('kept'));
    expect(session.state.get().outgoing.find((message) => message.text === 'kept')).toMatchObject({ seq: null, error: null });
    const sent = peer.of('user_msg').find((message) => message.payload['text'] === 'kept');
    peer.send('ack', { topic: 'session:s1', seq: 1 }, { correlationId: sent?.id });
    await until('it is stored', () => session.state.get().outgoing.find((message) => message.text === 'kept')?.seq === 1);
  });

  it('does not send again what was answered', async () => {
    const page = browser.page();
    const first = visit(page);
    first.connect();
    await first.send(say('done'));
    await until('it is forgotten', () => first.pending.length === 0);
    await crash(page, first);
    const second = visit(browser.page());
    second.connect();
    await second.send(say('next'));
    expect(texts().filter((text) => text === 'done')).toHaveLength(1);
  });

  it('is sent by one of two pages, whichever comes first', async () => {
    const page = browser.page();
    const first = visit(page);
    for (let number = 0; number < 20; number++) void first.send(say(`m${number}`)).catch(() => undefined);
    await crash(page, first);

    const heirs = [visit(browser.page()), visit(browser.page())];
    for (const heir of heirs) heir.connect();
    await Promise.all(heirs.map((heir, index) => heir.send(say(`own ${index}`))));
    await until('everything is answered', () => heirs.every((heir) => heir.pending.length === 0));
    const sent = peer.of('user_msg').map((message) => message.id);
    expect(new Set(sent).size).toBe(sent.length);
    expect(texts().filter((text) => String(text).startsWith('m') && text !== 'mark')).toEqual([...Array(20).keys()].map((number) => `m${number}`));
  });

  it('says when it is full, by number and by size', async () => {
    const client = visit(browser.page(), { outbox: { capacity: 3, capacityBytes: 2_000 } });
    const kept = [client.send(say('a')), client.send(say('b'))];
    await expect(client.send(say('x'.repeat(2_000)))).rejects.toMatchObject({ reason: 'queue_full' });
    kept.push(client.send(say('c')));
    await expect(client.send(say('d'))).rejects.toMatchObject({ reason: 'queue_full' });
    client.connect();
    await Promise.all(kept);
    await client.send(say('e'));
  });

  it('tells of a message that waited too long to be sent safely', async () => {
    const page = browser.page();
    const before = page.queue();
    await before.put({ id: 'old', createdAt: Date.now() - 7 * 24 * 3_600_000, command: say('old') });
    page.die();
    const client = visit(browser.page());
    client.connect();
    await client.send(say('new'));
    expect(texts()).toEqual(['new']);
    expect(problems.map((problem) => problem.message)).toEqual(['This waited too long to be sent safely.']);
  });

  it('tells of a kept message that the server refuses, and goes on with the next', async () => {
    const page = browser.page();
    const first = visit(page);
    void first.send(say('bad')).catch(() => undefined);
    await crash(page, first);
    peer.answer = (message) => {
      if (message.payload['text'] === 'bad') peer.send('error', { code: 403, reason: 'forbidden', message: 'Not here.' }, { correlationId: message.id });
      else acknowledge(message);
    };
    const second = visit(browser.page());
    second.connect();
    await second.send(say('good'));
    expect(problems.map((problem) => problem.message)).toContain('Not here.');
  });

  it('tells its callers when it is closed, and sends nothing of it later', async () => {
    const page = browser.page();
    const client = visit(page);
    const waiting = client.send(say('given up'));
    client.close();
    await expect(waiting).rejects.toMatchObject({ reason: 'closed' });
    page.die();
    let left = -1;
    await until('the database is empty', () => {
      void rows().then((count) => (left = count));
      return left === 0;
    });
  });

  it('goes on in memory when the browser keeps no data, and says so', async () => {
    const refuses = { put: () => Promise.reject(new Error('no room')), remove: () => Promise.resolve(), adopt: () => Promise.reject(new Error('no room')), close: () => undefined };
    const client = visit(browser.page(), { queue: refuses });
    client.connect();
    await client.send(say('still'));
    const told = problems.map((problem) => problem.message);
    expect(told).toContain('Messages cannot be kept for later visits: no room');
    await client.send(say('and still'));
    expect(texts()).toEqual(['still', 'and still']);
    expect(problems).toHaveLength(told.length);
  });

  it('takes an id that waits already for the same command', async () => {
    const client = visit(browser.page());
    const replies = [client.send(say('once'), 'my-id'), client.send(say('once'), 'my-id')];
    client.connect();
    await Promise.all(replies);
    expect(peer.of('user_msg')).toHaveLength(1);
  });
});
