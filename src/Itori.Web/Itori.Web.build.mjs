// Builds the web client once, however many builds ask for it at the same time. Called by Itori.Web.targets when the sources look
// newer than `dist`, with the file that lists those sources. All output goes to stderr on failure only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

const [sourceList] = process.argv.slice(2);
const built = 'dist/.built';
const lock = `${sourceList}.lock`;
const lockOwner = `${lock}/pid`;

/** Milliseconds since the epoch, or -1 for what is not there. */
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The folder is the lock, since making one is atomic everywhere; one whose owner died is taken over. */
async function acquire() {
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(lock);
      writeFileSync(lockOwner, String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(existsSync(lockOwner) ? readFileSync(lockOwner, 'utf8') : 0);
    // An owner that has not written its number for five seconds died between the two steps.
    if (owner > 0 ? !isAlive(owner) : waited > 50) rmSync(lock, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function npm(...args) {
  const { status, stdout, stderr, error } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\nItori.Web : error : npm ${args.join(' ')} failed\n`);
  process.exitCode = 1;
  throw new Error('build failed');
}

await acquire();
try {
  const sources = [sourceList, ...readFileSync(sourceList, 'utf8').split(/\r?\n/).filter(Boolean)];
  if (sources.some((source) => modified(source) > modified(built))) {
    if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) npm('ci', '--no-audit', '--no-fund');
    const started = new Date();
    npm('run', 'build');
    writeFileSync(built, '');
    // Dated by the start: a source saved while the build ran is newer.
    utimesSync(built, started, started);
  }
} catch (error) {
  if (error.message !== 'build failed') throw error;
} finally {
  rmSync(lock, { recursive: true, force: true });
}
