import { useState } from 'react';
import { Icon } from '../icons';

export interface Offered {
  readonly text: string;
  readonly source: string;
}

interface DocumentOfferProps {
  readonly offered: Offered;
  readonly onAdd: (source: string) => void;
  readonly onPaste: () => void;
  readonly onDismiss: () => void;
}

/** A long text is better read into the graph than said in the conversation. */
export function DocumentOffer({ offered, onAdd, onPaste, onDismiss }: DocumentOfferProps) {
  const [source, setSource] = useState(offered.source);
  const add = () => onAdd(source.trim() === '' ? offered.source : source.trim());
  return (
    <div className="offer" role="group" aria-label="Document" data-testid="document-offer">
      <div className="offer-head">
        <Icon name="document" />
        <span>
          A long text, {offered.text.length.toLocaleString('en')} characters. Read it into the graph as a document?
        </span>
        <button type="button" className="button icon-only quiet" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </button>
      </div>
      <div className="offer-row">
        <input
          className="field-input"
          value={source}
          maxLength={200}
          autoFocus
          aria-label="Name of the document"
          onChange={(event) => setSource(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" className="button small primary" data-testid="document-add" onClick={add}>
          Add document
        </button>
        <button type="button" className="button small quiet" onClick={onPaste}>
          Paste as message
        </button>
      </div>
    </div>
  );
}
