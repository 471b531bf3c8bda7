import { Chat } from './chat/Chat';
import { Coherence } from './coherence/Coherence';
import { ConceptField } from './field/ConceptField';
import { Header } from './header/Header';

export function App() {
  return (
    <div className="app">
      <Header />
      <main className="panes">
        <Chat />
        <section className="stage" aria-label="Concept field">
          <ConceptField />
          <Coherence />
        </section>
      </main>
    </div>
  );
}
