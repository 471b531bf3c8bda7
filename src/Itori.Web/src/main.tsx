import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { ItoriClient } from './client';
import { ItoriContext } from './hooks/useItori';
import { endpoint, readPlace, writePlace } from './place';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/header.css';
import './styles/chat.css';
import './styles/field.css';
import './styles/coherence.css';

const client = new ItoriClient({ endpoint: endpoint(), place: readPlace(), onPlace: writePlace });
client.start();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <ItoriContext value={client}>
      <App />
    </ItoriContext>
  </StrictMode>,
);
