import { useEffect, useRef, useState } from 'react';
import type { SessionEvent } from '@itori/client';

/** Reads new messages of others out to screen readers, whole: an answer is announced when it is finished, not letter by letter. */
export function Announcer({ events, selves }: { readonly events: readonly SessionEvent[]; readonly selves: ReadonlySet<string> }) {
  const [words, setWords] = useState('');
  const announced = useRef<number | null>(null);
  const last = events.at(-1);
  useEffect(() => {
    if (last === undefined) return;
    const former = announced.current;
    announced.current = last.seq;
    // What was there when the page opened is no news.
    if (former === null || last.seq <= former) return;
    if (last.type === 'msg_deleted' || (last.type === 'user_msg' && last.deleted)) return;
    if (last.type === 'user_msg' && selves.has(last.user.id)) return;
    setWords(`${last.type === 'user_msg' ? last.user.name : 'Assistant'}: ${last.text}`);
  }, [last, selves]);
  return (
    <div className="sr-only" aria-live="polite">
      {words}
    </div>
  );
}
