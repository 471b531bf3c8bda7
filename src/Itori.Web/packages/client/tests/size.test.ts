import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const entry = (path: string) => new URL(`../src/${path}`, import.meta.url).pathname;

/** A module with all that it needs of this package, as a production build makes it, gzipped, bytes. */
async function weigh(path: string): Promise<{ readonly bytes: number; readonly code: string }> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    // Not a library build, which keeps white space.
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: entry(path), preserveEntrySignatures: 'strict', output: { entryFileNames: 'out.js' } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('no output');
  const code = output.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
  return { bytes: gzipSync(code, { level: 9 }).length, code };
}

describe('the package', () => {
  it('has a core of at most 12 KB gzipped, without React and without MessagePack', async () => {
    const core = await weigh('index.ts');
    console.info(`@itori/client: ${core.bytes} bytes gzipped`);
    expect(core.bytes).toBeLessThanOrEqual(12 * 1024);
    expect(core.code).not.toMatch(/\bfrom\s*["']|\bimport\s*["'(]/);
  });

  it('brings MessagePack only to those who import it', async () => {
    const codec = await weigh('msgpack.ts');
    console.info(`@itori/client/msgpack: ${codec.bytes} bytes gzipped`);
    expect(codec.code).toContain('itori.v1.msgpack');
  });
});
