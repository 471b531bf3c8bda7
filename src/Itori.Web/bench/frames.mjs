// Prints how long the field takes to draw, in headless Chromium: `npm run bench`, or `npm run bench -- 2000 8000` for one size. Nothing is asserted: without a graphics card the processor draws, and that
// says little of a real machine. What the page's own code takes of each ("ours") says more: a picture has 16.7 ms at 60 a second.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import WebSocket from 'ws';

const [concepts, relations] = process.argv.slice(2).map(Number);
const sizes = concepts > 0 && relations > 0 ? [[concepts, relations]] : [
  [500, 2_000],
  [2_000, 8_000],
  [20_000, 80_000],
];
const chromium = process.env.CHROMIUM ?? 'chromium';
const gpu = process.env.BENCH_GPU === '1' ? [] : ['--enable-unsafe-swiftshader', '--use-angle=swiftshader'];

const vite = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error', clearScreen: false });
await vite.listen();
const { port } = vite.httpServer.address();
const profile = mkdtempSync(join(tmpdir(), 'itori-bench-'));
const browser = spawn(
  chromium,
  ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-background-networking', ...gpu, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
try {
  const debug = await new Promise((resolve, reject) => {
    let words = '';
    browser.stderr.on('data', (data) => {
      words += data;
      const found = /DevTools listening on (ws:\S+)/u.exec(words);
      if (found !== null) resolve(new URL(found[1]));
    });
    browser.on('error', reject);
    browser.on('exit', () => reject(new Error(`${chromium} ended: ${words.slice(-400)}`)));
  });
  const pages = await (await fetch(`http://${debug.host}/json/list`)).json();
  const page = await attach(pages.find((one) => one.type === 'page').webSocketDebuggerUrl);
  await page('Page.enable');
  await page('Emulation.setDeviceMetricsOverride', { width: 1440, height: 900, deviceScaleFactor: 1, mobile: false });
  // A number that there is none of (no picture came) travels as null.
  const cell = (value, width, unit = 'ms') => (value === null ? '–' : `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`).padStart(width);
  const pair = ({ each, script }) => `${cell(each, 10)}${cell(script, 10)}`;
  const run = ({ rate, between, late, half, most }) => `${cell(rate, 12, '')}${cell(between, 11)}${cell(late, 11)}${cell(half, 10)}${cell(most, 10)}`;
  for (const [concepts, relations] of sizes) {
    await page('Page.navigate', { url: `http://127.0.0.1:${port}/bench/frames.html` });
    const { first, layout, everything, looks, places, view, phases, turning, moving, small, told } = await evaluate(page, concepts, relations);
    console.log(`\n${concepts} concepts, ${relations} relations: first picture after ${cell(first, 0)}, at rest after ${(layout / 1_000).toFixed(1)} s`);
    console.log('a picture of                      drawn in      ours');
    console.log(`  other relations               ${pair(everything)}`);
    console.log(`  another concept in focus      ${pair(looks)}`);
    console.log(`  other places                  ${pair(places)}`);
    console.log(`  a moved view                  ${pair(view)}`);
    console.log(`  turned phases                 ${pair(phases)}`);
    console.log('as it runs                      pictures/s  1 in 2 by  19 in 20      ours 99 of 100');
    console.log(`  10 frames/s                   ${run(turning)}`);
    console.log(`  and an arrangement in motion  ${run(moving)}`);
    console.log(`  the same, 250 × 190 px        ${run(small)}`);
    console.log(`  a delta of all places: ${cell(told, 0)} of ours before any picture`);
  }
} finally {
  browser.kill();
  await vite.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  rmSync(profile, { recursive: true, force: true });
}

async function evaluate(page, concepts, relations) {
  for (let tries = 0; ; tries++) {
    const { result, exceptionDetails } = await page('Runtime.evaluate', {
      expression: `globalThis.measure === undefined ? null : globalThis.measure(${concepts}, ${relations})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    if (result.value !== null) return result.value;
    if (tries > 200) throw new Error('The page did not load.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function attach(address) {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map();
  let next = 0;
  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse(data);
    waiting.get(id)?.(error === undefined ? { resolve: result } : { reject: new Error(error.message) });
    waiting.delete(id);
  });
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      next += 1;
      waiting.set(next, (answer) => (answer.reject === undefined ? resolve(answer.resolve) : reject(answer.reject)));
      socket.send(JSON.stringify({ id: next, method, params }));
    });
}
