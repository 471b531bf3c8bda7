import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ItoriClient } from './client';
import { ItoriContext } from './hooks/useItori';
import { ItoriIDELayout } from './ItoriIDELayout';
import { endpoint, readPlace, readSelves, writePlace, writeSelves } from './place';
import { View, ViewContext } from './view/view';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/header.css';
import './styles/chat.css';
import './styles/field.css';
import './styles/coherence.css';
import './styles/time.css';
import './styles/menus.css';

const client = new ItoriClient({ endpoint: endpoint(), place: readPlace(), onPlace: writePlace, selves: readSelves(), onSelves: writeSelves });
const view = new View(client);
client.start();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <ItoriContext value={client}>
      <ViewContext value={view}>
        <ItoriIDELayout />
      </ViewContext>
    </ItoriContext>
  </StrictMode>,
);
