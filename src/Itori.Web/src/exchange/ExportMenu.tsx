import { useState } from 'react';
import type { FieldRenderer } from '../field/renderer';
import { useApp } from '../hooks/useItori';
import { Icon } from '../icons';
import { exportAddress, fileFormats } from '../rest';
import { Popover } from '../view/Popover';

const words = {
  json: ['JSON', 'Itori’s own, complete'],
  graphml: ['GraphML', 'networkx, yEd, Cytoscape'],
  gexf: ['GEXF', 'Gephi'],
} as const;

/** The graph as a file, and the field as a picture. */
export function ExportMenu({ renderer }: { readonly renderer: FieldRenderer | null }) {
  const graphId = useApp((state) => state.graphId);
  const [failed, setFailed] = useState<string | null>(null);
  if (graphId === null) return null;
  const picture = async (close: () => void) => {
    if (renderer === null) return;
    try {
      save(await renderer.png(), `${graphId}.png`);
      close();
    } catch (error) {
      setFailed(error instanceof Error ? error.message : 'The picture could not be made.');
    }
  };
  return (
    <Popover label="Export" button={<Icon name="download" />} testId="export" up>
      {(close) => (
        <ul className="menu">
          {fileFormats.map((format) => (
            <li key={format}>
              <a className="menu-item" href={exportAddress(graphId, format)} download data-testid={`export-${format}`} onClick={close}>
                {words[format][0]} <span className="soft">{words[format][1]}</span>
              </a>
            </li>
          ))}
          <li>
            <button type="button" className="menu-item" data-testid="export-png" disabled={renderer === null} onClick={() => void picture(close)}>
              PNG <span className="soft">what is seen now</span>
            </button>
          </li>
          {failed !== null && (
            <li role="alert" className="menu-note">
              {failed}
            </li>
          )}
        </ul>
      )}
    </Popover>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
