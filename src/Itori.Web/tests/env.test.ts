import { build, loadEnv } from 'vite';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

describe('the address that useAlanSocket takes', () => {
  it('is this machine while developing, and the public server in production', () => {
    expect(loadEnv('development', root)['VITE_WS_URL']).toBe('ws://localhost:8000/ws');
    expect(loadEnv('production', root)['VITE_WS_URL']).toBe('wss://www.itori.ai/ws');
  });

  it('is in what a production build makes', async () => {
    const result = await build({
      root,
      mode: 'production',
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        modulePreload: false,
        rollupOptions: {
          input: new URL('../packages/client/src/react/alan.ts', import.meta.url).pathname,
          external: ['react'],
          preserveEntrySignatures: 'strict',
          output: { entryFileNames: 'out.js' },
        },
      },
    });
    const [output] = Array.isArray(result) ? result : [result];
    if (output === undefined || !('output' in output)) throw new Error('no output');
    expect(output.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')).toContain('wss://www.itori.ai/ws');
  });
});
