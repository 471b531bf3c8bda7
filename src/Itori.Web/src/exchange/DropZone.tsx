import { useEffect, useRef, useState } from 'react';
import { useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { useReadOnly } from '../view/view';
import { addFiles } from './files';

/** The whole page takes files: while one is dragged over it, it says what would become of it. */
export function DropZone() {
  const client = useClient();
  const readOnly = useReadOnly();
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth.current += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth.current = Math.max(0, depth.current - 1);
      if (depth.current === 0) setOver(false);
    };
    const move = (event: DragEvent) => holdsFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      if (readOnly === null) void addFiles(client, [...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', move);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', move);
      window.removeEventListener('drop', drop);
    };
  }, [client, readOnly]);
  if (!over) return null;
  return (
    <div className="dropzone" data-testid="dropzone">
      <div className="dropzone-words">
        <Icon name={readOnly === null ? 'document' : 'close'} />
        <p>{readOnly === null ? 'Drop it into the graph' : 'Nothing can be added now'}</p>
        <p className="soft">{readOnly ?? 'Texts, Markdown and PDF are read for their concepts; JSON, GraphML and GEXF are put in as they are.'}</p>
      </div>
    </div>
  );
}
