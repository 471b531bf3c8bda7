import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  base: './',
  server: {
    // `npm run dev` serves the page; the socket goes to a server started beside it.
    proxy: { '/ws': { target: 'ws://localhost:8000', ws: true } },
  },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
});
