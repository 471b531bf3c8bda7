import type { ConceptSource, SessionEvent } from '@itori/client';
import { jumpToMessage } from '../chat/jump';
import { useApp, useClient } from '../hooks/useItori';
import { timeOf } from '../people';
import { useView } from '../view/view';

const AROUND = 42;

/** Where a concept was said, the latest first: its words where they are at hand, and a way to them. */
export function Provenance({ sources, shown }: { readonly sources: readonly ConceptSource[]; readonly shown: number }) {
  return (
    <ul className="sources">
      {sources
        .slice(-shown)
        .reverse()
        .map((source, index) => (
          <Source key={index} source={source} />
        ))}
      {sources.length > shown && <li className="soft small-print">and {sources.length - shown} earlier</li>}
    </ul>
  );
}

function Source({ source }: { readonly source: ConceptSource }) {
  const client = useClient();
  const view = useView();
  const sessionId = useApp((state) => state.sessionId);
  const graphId = useApp((state) => state.graphId);
  const events = useApp((state) => state.conversation.events);
  const { session, seq } = source;
  const range = source.length > 0 ? `characters ${source.start.toLocaleString('en')}–${(source.start + source.length).toLocaleString('en')}` : '';
  if (session === undefined || seq === undefined) {
    return (
      <li>
        <span className="source-where">{source.source ?? 'unknown'}</span>
        {range !== '' && <span className="source-range">{range}</span>}
      </li>
    );
  }
  if (session !== sessionId) {
    const address = `?${new URLSearchParams({ session, graph: graphId ?? '' })}`;
    return (
      <li>
        <a className="source-where link" href={address}>
          in session {session.length > 14 ? `${session.slice(0, 10)}…` : session}
        </a>
      </li>
    );
  }
  const jump = () => {
    view.set({ pane: 'talk' });
    void jumpToMessage(client, seq);
  };
  const message = events.find((event) => event.seq === seq);
  if (message === undefined) {
    return (
      <li>
        <button type="button" className="source-where link" onClick={jump} title={range}>
          message {seq}, further up
        </button>
      </li>
    );
  }
  const { before, quoted, after } = quote(message, source);
  return (
    <li>
      <button type="button" className="source-quote" data-testid="source" title={`Go to the message (${range})`} onClick={jump}>
        {before}
        <mark>{quoted}</mark>
        {after}
      </button>
      <span className="source-where">
        {message.type === 'user_msg' ? message.user.name : 'Assistant'}, {timeOf(message.timestamp)}
      </span>
    </li>
  );
}

function quote(message: SessionEvent, { start, length }: ConceptSource) {
  const { text } = message;
  const from = Math.max(0, start - AROUND);
  const end = start + length;
  const to = Math.min(text.length, end + AROUND);
  return {
    before: (from > 0 ? '…' : '') + text.slice(from, start),
    quoted: text.slice(start, end),
    after: text.slice(end, to) + (to < text.length ? '…' : ''),
  };
}
