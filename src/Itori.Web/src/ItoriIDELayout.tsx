import { AgentPanel } from './chat/AgentPanel';
import { Coherence } from './coherence/Coherence';
import { DropZone } from './exchange/DropZone';
import { ConceptFieldCanvas } from './field/ConceptFieldCanvas';
import { Header } from './header/Header';
import { TimeBar } from './replay/TimeBar';
import { useView, useViewed } from './view/view';

/** The whole page: who is here above, what is said on the left, the field with its time and its numbers on the right. A small screen shows one half. */
export function ItoriIDELayout() {
  const view = useView();
  const pane = useViewed((state) => state.pane);
  return (
    <div className="app" data-pane={pane}>
      <Header />
      <main className="panes">
        <AgentPanel />
        <section className="stage" aria-label="Field">
          <ConceptFieldCanvas />
          <TimeBar />
          <Coherence />
        </section>
      </main>
      <nav className="pane-switch" aria-label="View">
        <button type="button" aria-pressed={pane === 'talk'} onClick={() => view.set({ pane: 'talk' })}>
          Talk
        </button>
        <button type="button" aria-pressed={pane === 'field'} onClick={() => view.set({ pane: 'field' })}>
          Field
        </button>
      </nav>
      <DropZone />
    </div>
  );
}
