import { Window } from 'happy-dom';

// Only what React and the library look for: with a whole browser environment, the peer would be given the browser's half of its own library. Imported before React, which looks
// for a document when it is read.
const window = new Window({ url: 'http://localhost/' });
for (const [name, value] of Object.entries({ window, document: window.document, navigator: window.navigator, HTMLIFrameElement: window.HTMLIFrameElement })) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
