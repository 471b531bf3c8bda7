import { useLayoutEffect, useRef, useState, useSyncExternalStore, type ClipboardEvent, type KeyboardEvent } from 'react';
import { addFiles } from '../exchange/files';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { keep, recall } from '../kept';
import { DocumentOffer, type Offered } from './DocumentOffer';
import { draft } from './draft';

/** A pasted text beyond this many characters is offered as a document. */
export const LONG_TEXT = 8_000;
const ASK_KEY = 'itori.ask';

export function Composer() {
  const client = useClient();
  const text = useSyncExternalStore(draft.subscribe, draft.get);
  const connected = useApp((state) => state.connection.state === 'open');
  const [ask, setAsk] = useState(() => recall('tab', ASK_KEY) !== 'no');
  const [offered, setOffered] = useState<Offered | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 220)}px`;
  }, [text]);

  const send = () => {
    const words = text.trim();
    if (words === '') return;
    client.say(words, ask);
    draft.set(() => '');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (pasted.length <= LONG_TEXT) return;
    event.preventDefault();
    setOffered({ text: pasted, source: firstWords(pasted) });
  };
  const toggle = (value: boolean) => {
    setAsk(value);
    keep('tab', ASK_KEY, value ? 'yes' : 'no');
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offered !== null && (
        <DocumentOffer
          offered={offered}
          onAdd={(source) => {
            client.ingest(offered.text, source);
            setOffered(null);
          }}
          onPaste={() => {
            draft.set((words) => words + offered.text);
            setOffered(null);
          }}
          onDismiss={() => setOffered(null)}
        />
      )}
      <textarea
        id="composer"
        data-testid="composer"
        ref={area}
        rows={1}
        value={text}
        placeholder={ask ? 'Say something, or ask' : 'Say something to the people here'}
        aria-label="Message"
        onChange={(event) => draft.set(() => event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-foot">
        <label className="switch">
          <input type="checkbox" role="switch" checked={ask} onChange={(event) => toggle(event.target.checked)} data-testid="ask" />
          <span className="switch-track" aria-hidden="true" />
          Ask the assistant
        </label>
        <span className="composer-hint">{connected ? '' : 'Sent when connected'}</span>
        <input
          ref={file}
          type="file"
          multiple
          accept=".txt,.md,.csv,.tsv,.html,.pdf,.json,.graphml,.gexf,text/*"
          aria-label="Files for the graph"
          hidden
          onChange={(event) => {
            void addFiles(client, [...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <button type="button" className="button icon-only quiet" aria-label="Add a document to the graph" title="Add a document to the graph" onClick={() => file.current?.click()}>
          <Icon name="document" />
        </button>
        <button type="submit" className="button icon-only primary" data-testid="send" aria-label="Send" title="Send (Enter)" disabled={text.trim() === ''}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/u).slice(0, 6).join(' ').slice(0, 60);
}
