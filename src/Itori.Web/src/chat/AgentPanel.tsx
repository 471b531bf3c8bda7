import { useRef } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { Composer } from './Composer';
import { Ingests } from './Ingests';
import { indexMentions, noMentions } from './mentions';
import { Transcript } from './Transcript';

/** The conversation with the people here and the assistant. */
export function AgentPanel() {
  const client = useClient();
  const concepts = useApp((state) => state.graph.concepts);
  const notice = useApp((state) => state.conversation.notice);
  // The page does not come back by itself from an end that somebody set: the reason is said, not only shown to a pointer.
  const ended = useApp((state) => (state.connection.state === 'closed' ? state.connection.reason : ''));
  const former = useRef(noMentions);
  former.current = indexMentions(concepts, former.current);

  return (
    <section className="chat" aria-label="Conversation" data-testid="agent-panel">
      <Transcript mentions={former.current} />
      {ended !== '' && (
        <p className="notice" role="alert" data-testid="ended">
          <span>{ended} What you write is kept; Reconnect, above, tries again.</span>
        </p>
      )}
      {notice !== null && (
        <p className="notice" role="alert">
          {notice}
          <button type="button" className="button icon-only quiet" aria-label="Dismiss" onClick={() => client.dismissNotice()}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <Ingests />
      <Composer />
    </section>
  );
}
