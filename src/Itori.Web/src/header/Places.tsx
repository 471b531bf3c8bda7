import { useEffect, useState, type FormEvent } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { timeOf } from '../people';
import { Popover } from '../view/Popover';
import { addressOf, idOf, knownPlaces, rememberPlace } from './places';

const REMEMBER_EVERY_MS = 20_000;

/** The session and the field that are open, those that were, and the way to new ones. */
export function Places() {
  const graphId = useApp((state) => state.graphId);
  const sessionId = useApp((state) => state.sessionId);
  useRemembered(sessionId, graphId);
  if (graphId === null || sessionId === null) return null;
  return (
    <Popover
      label="Sessions and fields"
      worded
      testId="places"
      side="left"
      buttonClass="place-button"
      button={
        <>
          <span className="place-part">
            <span className="place-kind">field</span> <span className="place-name">{graphId}</span>
          </span>
          <span className="place-part place-session">
            <span className="place-kind">session</span> <span className="place-name">{short(sessionId)}</span>
          </span>
          <Icon name="chevron" />
        </>
      }
    >
      {() => <Choice sessionId={sessionId} graphId={graphId} />}
    </Popover>
  );
}

function Choice({ sessionId, graphId }: { readonly sessionId: string; readonly graphId: string }) {
  const [name, setName] = useState('');
  const places = knownPlaces().filter((place) => place.session !== sessionId || place.graph !== graphId);
  const go = (event: FormEvent) => {
    event.preventDefault();
    const id = idOf(name);
    if (id !== '') location.assign(addressOf(null, id));
  };
  return (
    <div className="places">
      <ul className="menu" aria-label="Open before">
        {places.map((place) => (
          <li key={`${place.session} ${place.graph}`}>
            <a className="menu-item place-item" href={addressOf(place.session, place.graph)}>
              <span className="place-about">{place.about === '' ? 'empty' : place.about}</span>
              <span className="soft">
                {place.graph} · {short(place.session)} · {timeOf(place.at)}
              </span>
            </a>
          </li>
        ))}
        {places.length === 0 && <li className="menu-note soft">Sessions that you open in this browser are listed here.</li>}
      </ul>
      <a className="menu-item" href={addressOf(newSession(), graphId)} data-testid="new-session">
        <Icon name="plus" /> New session in this field
      </a>
      <form className="places-new" onSubmit={go}>
        <input className="field-input" value={name} placeholder="Open or begin a field by name" aria-label="Name of a field" onChange={(event) => setName(event.target.value)} />
        <button type="submit" className="button small" disabled={idOf(name) === ''}>
          Open
        </button>
      </form>
    </div>
  );
}

function useRemembered(sessionId: string | null, graphId: string | null): void {
  const { store } = useClient();
  useEffect(() => {
    if (sessionId === null || graphId === null) return;
    const remember = () => {
      const heaviest = [...store.get().graph.concepts.values()].sort((a, b) => b.weight - a.weight).slice(0, 3);
      rememberPlace({ session: sessionId, graph: graphId, about: heaviest.map(({ label }) => label).join(', '), at: Date.now() });
    };
    const first = setTimeout(remember, 1_500);
    const timer = setInterval(remember, REMEMBER_EVERY_MS);
    window.addEventListener('pagehide', remember);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      window.removeEventListener('pagehide', remember);
    };
  }, [store, sessionId, graphId]);
}

function newSession(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36).padStart(2, '0')).join('');
}

function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…` : id;
}
