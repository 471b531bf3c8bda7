import { useEffect, useLayoutEffect, useRef } from 'react';
import { useApp, useClient } from '../hooks/useItori';
import { Icon } from '../icons';
import { personColor } from '../people';
import type { SessionEvent } from '@itori/client';
import { turnText, unseen } from '@itori/client';
import { usePast } from '../view/view';
import { Announcer } from './Announcer';
import { Bubble, Message, Text } from './Message';
import type { MentionIndex } from './mentions';
import { Welcome } from './Welcome';

/** How near its end the list counts as being at its end, px. */
const AT_END = 60;
const CONTINUES_MS = 4 * 60_000;

export function Transcript({ mentions }: { readonly mentions: MentionIndex }) {
  const client = useClient();
  const conversation = useApp((state) => state.conversation);
  const user = useApp((state) => state.user);
  const selves = useApp((state) => state.selves);
  const connected = useApp((state) => state.connection.state === 'open');
  const shownAt = usePast()?.at ?? Infinity;
  const list = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLButtonElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ first: 0, height: 0 });
  const { events, turn } = conversation;
  const outgoing = unseen(conversation, selves);
  const first = events[0]?.seq ?? 0;

  // New lines keep the end in view when it was; earlier ones leave what is read where it is.
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const { first: formerFirst, height } = before.current;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (first < formerFirst) element.scrollTop += element.scrollHeight - height;
    before.current = { first, height: element.scrollHeight };
  });

  // Who scrolls to the top wants what is above; the button is for hands that do not scroll.
  const more = conversation.more && !conversation.loading && connected;
  useEffect(() => {
    const button = top.current;
    if (button === null || !more) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && !atEnd.current && client.loadEarlier(), {
      root: list.current,
      rootMargin: '300px 0px 0px',
    });
    observer.observe(button);
    return () => observer.disconnect();
  }, [client, more, first]);

  const empty = conversation.known && events.length === 0 && outgoing.length === 0 && turn === null;
  return (
    <div
      className="transcript"
      ref={list}
      tabIndex={0}
      role="region"
      aria-label="Messages"
      onScroll={({ currentTarget: at }) => (atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END)}
    >
      {empty && <Welcome />}
      {conversation.more && (
        <button type="button" ref={top} className="button small quiet earlier" disabled={conversation.loading || !connected} onClick={() => client.loadEarlier()}>
          {conversation.loading ? 'Loading…' : 'Earlier messages'}
        </button>
      )}
      <ol className="messages">
        {events.map((event, index) => (
          <Message
            key={event.seq}
            event={event}
            self={event.type === 'user_msg' && selves.has(event.user.id)}
            deletable={event.type === 'user_msg' && event.user.id === user?.id}
            continued={continues(events[index - 1], event, selves)}
            mentions={mentions}
            later={event.timestamp > shownAt}
          />
        ))}
        {outgoing.map((message) => (
          <Bubble key={message.key} role="user" self name={user?.name ?? 'You'} color={personColor(user?.id ?? '')} continued={false}>
            <Text text={message.text} mentions={mentions} />
            {message.error === null ? (
              <p className="message-finish" data-testid="pending">
                {connected ? 'Sending…' : 'Kept here, sent when connected'}
              </p>
            ) : (
              <p className="message-finish warn" role="alert">
                {message.error}
                <button type="button" className="button small quiet" onClick={() => client.retry(message.key)}>
                  <Icon name="retry" /> Send again
                </button>
                <button type="button" className="button small quiet" onClick={() => client.discard(message.key)}>
                  Discard
                </button>
              </p>
            )}
          </Bubble>
        ))}
        {turn !== null && (
          <Bubble role="assistant" self={false} name="Assistant" continued={false}>
            {turn.pieces.length === 0 ? (
              <p className="thinking" aria-label="The assistant is thinking">
                <span />
                <span />
                <span />
              </p>
            ) : (
              <Text text={turnText(turn)} mentions={mentions} answerAt={(events.at(-1)?.seq ?? 0) + 1} />
            )}
            <button type="button" className="button small stop" disabled={turn.stopping} onClick={() => client.cancel(turn.turn)} data-testid="stop">
              <Icon name="stop" /> {turn.stopping ? 'Stopping…' : 'Stop'}
            </button>
          </Bubble>
        )}
      </ol>
      <Announcer events={events} selves={selves} />
    </div>
  );
}

function continues(former: SessionEvent | undefined, event: SessionEvent, selves: ReadonlySet<string>): boolean {
  return (
    former?.type === 'user_msg' &&
    event.type === 'user_msg' &&
    (former.user.id === event.user.id || (selves.has(former.user.id) && selves.has(event.user.id))) &&
    event.timestamp - former.timestamp < CONTINUES_MS
  );
}
