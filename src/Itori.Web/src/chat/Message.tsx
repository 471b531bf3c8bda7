import { Fragment, memo, useState, type MouseEvent, type ReactNode } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import type { SessionEvent } from '@itori/client';
import { initials, personColor, timeOf } from '../people';
import { Confirm } from '../view/Confirm';
import { useView } from '../view/view';
import { citations } from './citations';
import { emphasis } from './emphasis';
import { jumpToMessage } from './jump';
import { segments, type MentionIndex } from './mentions';

interface MessageProps {
  readonly event: SessionEvent;
  /** Said by this page, as whoever it then was. */
  readonly self: boolean;
  /** The server lets a message be deleted by who said it, which a page that came back is no longer. */
  readonly deletable: boolean;
  /** Whether the message before is by the same person, close in time. */
  readonly continued: boolean;
  readonly mentions: MentionIndex;
  /** Said after the time that is shown. */
  readonly later: boolean;
}

export const Message = memo(function Message({ event, self, deletable, continued, mentions, later }: MessageProps) {
  if (event.type === 'msg_deleted') return null;
  if (event.type === 'user_msg') {
    return (
      <Bubble role="user" self={self} name={event.user.name} color={personColor(event.user.id)} time={event.timestamp} continued={continued} seq={event.seq} later={later}>
        {event.deleted ? <p className="message-finish">Deleted</p> : <Text text={event.text} mentions={mentions} />}
        {deletable && !event.deleted && <Delete seq={event.seq} />}
      </Bubble>
    );
  }
  return (
    <Bubble role="assistant" self={false} name="Assistant" time={event.timestamp} continued={false} seq={event.seq} aside={event.model} later={later}>
      {event.text !== '' && <Text text={event.text} mentions={mentions} answerAt={event.seq} />}
      <About concepts={event.concepts} />
      <Finish finish={event.finish} error={event.error} />
    </Bubble>
  );
});

/** Of what an answer is, as the field knows it: the way from words to the graph. */
function About({ concepts }: { readonly concepts: readonly string[] }) {
  const view = useView();
  const known = useApp((state) => state.graph.concepts);
  const found = concepts.flatMap((id) => known.get(id) ?? []);
  if (found.length === 0) return null;
  const all = () => {
    const [first, ...others] = found;
    view.choose(first?.id ?? null);
    view.set({ also: others.map(({ id }) => id), pane: 'field' });
  };
  return (
    <div className="about" data-testid="answer-concepts">
      <button type="button" className="about-all" onClick={all} title="Select them all in the field">
        In the field
      </button>
      <ul className="chips">
        {found.slice(0, MAX_ABOUT).map(({ id, label }) => (
          <li key={id}>
            <button
              type="button"
              className="chip"
              onClick={() => {
                view.choose(id);
                view.set({ pane: 'field' });
              }}
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const MAX_ABOUT = 8;

function Delete({ seq }: { readonly seq: number }) {
  const client = useClient();
  const open = useApp((state) => state.connection.state === 'open');
  return (
    <div className="message-tools">
      <Confirm
        className="button small quiet"
        sure="Delete for everybody?"
        disabled={!open}
        testId="delete-message"
        title="Delete this message; what only it gave to the field goes too"
        onConfirm={() => void client.deleteMessage(seq)}
      >
        Delete
      </Confirm>
    </div>
  );
}

interface BubbleProps {
  readonly role: 'user' | 'assistant';
  readonly self: boolean;
  readonly name: string;
  readonly color?: string;
  readonly time?: number;
  readonly continued: boolean;
  readonly seq?: number;
  readonly aside?: string;
  readonly later?: boolean;
  readonly children: ReactNode;
}

export function Bubble({ role, self, name, color, time, continued, seq, aside, later = false, children }: BubbleProps) {
  return (
    <li className="message" data-testid="message" tabIndex={-1} data-role={role} data-self={self} data-continued={continued} data-seq={seq} data-later={later}>
      <span className="message-face" style={{ '--person': color }} aria-hidden="true">
        {role === 'assistant' ? <AssistantMark /> : initials(name)}
      </span>
      <div className="message-body">
        <div className="message-head">
          <span className="message-name">{self ? 'You' : name}</span>
          {time !== undefined && time > 0 && <time dateTime={new Date(time).toISOString()}>{timeOf(time)}</time>}
          {aside !== undefined && aside !== '' && <span className="message-aside">{aside}</span>}
        </div>
        {children}
      </div>
    </li>
  );
}

interface TextProps {
  readonly text: string;
  readonly mentions: MentionIndex;
  /** Of an answer, its `seq`: there `**marks**` are emphasis, and messages that are named are links. What a person types stays as typed. */
  readonly answerAt?: number;
}

export function Text({ text, mentions, answerAt }: TextProps) {
  if (answerAt === undefined) {
    return (
      <div className="message-text">
        <Mentions text={text} mentions={mentions} />
      </div>
    );
  }
  return (
    <div className="message-text">
      {emphasis(text).map((stretch, index) => {
        const words = <Answer text={stretch.text} mentions={mentions} answerAt={answerAt} />;
        return stretch.strong ? <strong key={index}>{words}</strong> : <Fragment key={index}>{words}</Fragment>;
      })}
    </div>
  );
}

function Answer({ text, mentions, answerAt }: Required<TextProps>) {
  return citations(text, answerAt).map(({ text, message }, index) =>
    message === null ? <Mentions key={index} text={text} mentions={mentions} /> : <Citation key={index} text={text} message={message} />,
  );
}

/** The way to the message that an answer rests on. */
function Citation({ text, message }: { readonly text: string; readonly message: number }) {
  const client = useClient();
  const [gone, setGone] = useState(false);
  if (gone) return <span title="This message is no longer here">{text}</span>;
  const jump = async (event: MouseEvent) => {
    event.preventDefault();
    setGone(!(await jumpToMessage(client, message)));
  };
  return (
    <a className="citation" data-testid="citation" href={`#message-${message}`} title="Go to the message" onClick={(event) => void jump(event)}>
      {text}
    </a>
  );
}

function Mentions({ text, mentions }: { readonly text: string; readonly mentions: MentionIndex }) {
  const client = useClient();
  const view = useView();
  return segments(text, mentions).map(({ text, concept }, index) => {
    if (concept === null) return text;
    const choose = (more: boolean) => {
      view.choose(concept, more);
      view.set({ pane: 'field' });
    };
    return (
      // No button: a line could break between it and the comma behind it.
      <span
        key={index}
        role="button"
        tabIndex={0}
        className="mention"
        data-testid="mention"
        onClick={(event) => choose(event.shiftKey)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          choose(event.shiftKey);
        }}
        onPointerEnter={() => client.pointAt(concept)}
        onPointerLeave={() => client.pointAt(null)}
      >
        {text}
      </span>
    );
  });
}

function Finish({ finish, error }: { readonly finish: string; readonly error: string | undefined }) {
  switch (finish) {
    case 'stop':
      return null;
    case 'cancelled':
      return <p className="message-finish">Stopped here.</p>;
    case 'interrupted':
      return <p className="message-finish warn">Interrupted: the server was lost while answering.</p>;
    case 'length':
      return <p className="message-finish">Cut off at the model’s length limit.</p>;
    default:
      return <p className="message-finish warn">{error ?? 'The model failed.'}</p>;
  }
}

function AssistantMark() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14">
      <path d="M3 8c1.7-5 3.3-5 5 0s3.3 5 5 0" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />
    </svg>
  );
}
