import react from '@vitejs/plugin-react';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// The packages of this workspace are read as they are written: nothing has to be built before.
const source = 'itori-source';

export default defineConfig({
  plugins: [react()],
  base: './',
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  server: {
    // `npm run dev` serves the page; the socket goes to a server started beside it.
    proxy: { '/ws': { target: 'ws://localhost:8000', ws: true } },
  },
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
  test: { environment: 'node', testTimeout: 20_000, hookTimeout: 20_000, include: ['tests/**/*.test.ts', 'packages/*/tests/**/*.test.{ts,tsx}'] },
});
