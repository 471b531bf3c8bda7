export { defaultUrl, useAlanSocket, type AlanSocket, type LooseMessage } from './alan.js';
export { ItoriProvider, useConnection, useItori, useStore } from './context.js';
export * from './hooks.js';
