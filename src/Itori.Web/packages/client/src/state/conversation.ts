import type { SessionEvent } from '../protocol/messages.js';

/** The assistant's answer while it is being made. */
export interface Turn {
  readonly turn: string;
  /** By index; a page that came late lacks the first ones. */
  readonly pieces: readonly (string | undefined)[];
  readonly stopping: boolean;
}

/** What this page said and the server has not yet told back. */
export interface Outgoing {
  readonly key: string;
  readonly text: string;
  readonly assistant: boolean;
  /** The transcript's end when it was said: its event comes after. */
  readonly afterSeq: number;
  /** Known once acknowledged: the transcript takes over when the event of that seq comes. */
  readonly seq: number | null;
  readonly error: string | null;
}

export interface Conversation {
  /** The last durable event in order. */
  readonly seq: number;
  /** False until the transcript's end was fetched. */
  readonly known: boolean;
  /** Ascending seq. */
  readonly events: readonly SessionEvent[];
  /** Whether the server holds earlier ones. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly turn: Turn | null;
  readonly outgoing: readonly Outgoing[];
  /** What the server refused without saying which message it meant. */
  readonly notice: string | null;
}

export const emptyConversation: Conversation = {
  seq: 0,
  known: false,
  events: [],
  more: false,
  loading: false,
  turn: null,
  outgoing: [],
  notice: null,
};

/** Live events beyond this many push the oldest out of the page; `history` brings them back. */
export const MAX_EVENTS = 2_000;

export function applyEvents(
  conversation: Conversation,
  events: readonly SessionEvent[],
): { readonly conversation: Conversation; readonly hole: boolean } {
  let next = conversation;
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    if ((event.prev ?? event.seq - 1) > next.seq) return { conversation: next, hole: true };
    next = append(next, event);
  }
  return { conversation: next, hole: false };
}

function append(conversation: Conversation, event: SessionEvent): Conversation {
  const all = [...withoutDeleted(conversation.events, event), event];
  const over = all.length > MAX_EVENTS;
  return {
    ...conversation,
    seq: event.seq,
    events: over ? all.slice(-MAX_EVENTS) : all,
    more: conversation.more || over,
    turn: event.type === 'assistant_msg' && conversation.turn?.turn === event.turn ? null : conversation.turn,
    outgoing: conversation.outgoing.filter((message) => message.seq !== event.seq),
  };
}

function withoutDeleted(events: readonly SessionEvent[], event: SessionEvent): readonly SessionEvent[] {
  if (event.type !== 'msg_deleted') return events;
  return events.map((former) => (former.type === 'user_msg' && former.seq === event.messageSeq ? { ...former, text: '', deleted: true } : former));
}

/** Joins a page of history, which may overlap with what is known. */
export function withHistory(conversation: Conversation, events: readonly SessionEvent[], more: boolean): Conversation {
  const bySeq = new Map(conversation.events.map((event) => [event.seq, event]));
  for (const event of events) bySeq.set(event.seq, event);
  const merged = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  // Only what follows on `seq` without a hole may move it: a live event before history would otherwise be counted twice.
  let seq = conversation.seq;
  while (bySeq.has(seq + 1)) seq += 1;
  const seqs = new Set(merged.map((event) => event.seq));
  return {
    ...conversation,
    seq,
    known: true,
    loading: false,
    events: merged,
    more,
    outgoing: conversation.outgoing.filter((message) => message.seq === null || !seqs.has(message.seq)),
  };
}

/**
 * The topic is watched again. Where the server does not go on from what is known, the transcript begins anew at the topic's head, `seq`; `history` fills in what was before.
 */
export function resume(conversation: Conversation, seq: number, recovered: boolean): Conversation {
  return conversation.known && recovered ? conversation : { ...conversation, known: false, events: [], seq, more: false, turn: null };
}

export function beginTurn(conversation: Conversation, turn: string): Conversation {
  if (conversation.turn?.turn === turn || isOver(conversation, turn)) return conversation;
  return { ...conversation, turn: { turn, pieces: [], stopping: false } };
}

export function addPiece(conversation: Conversation, turn: string, index: number, text: string): Conversation {
  const begun = beginTurn(conversation, turn);
  if (begun.turn?.turn !== turn) return begun;
  const pieces = [...begun.turn.pieces];
  pieces[index] = text;
  return { ...begun, turn: { ...begun.turn, pieces } };
}

export function endTurn(conversation: Conversation, turn: string): Conversation {
  return conversation.turn?.turn === turn ? { ...conversation, turn: null } : conversation;
}

/** The text so far, with a mark where its beginning was missed. */
export function turnText(turn: Turn): string {
  const first = turn.pieces.findIndex((piece) => piece !== undefined);
  const known = turn.pieces.filter((piece) => piece !== undefined).join('');
  return first > 0 ? `…${known}` : known;
}

/** Says something: shown at once, until the transcript shows it. */
export function say(conversation: Conversation, key: string, text: string, assistant: boolean): Conversation {
  const others = conversation.outgoing.filter((message) => message.key !== key);
  const message: Outgoing = { key, text, assistant, afterSeq: conversation.seq, seq: null, error: null };
  return { ...conversation, outgoing: [...others, message], notice: null };
}

/** The server stored it as event `seq`. */
export function acknowledge(conversation: Conversation, key: string, seq: number): Conversation {
  const outgoing =
    seq <= conversation.seq
      ? conversation.outgoing.filter((message) => message.key !== key)
      : conversation.outgoing.map((message) => (message.key === key ? { ...message, seq } : message));
  return { ...conversation, outgoing };
}

export function fail(conversation: Conversation, key: string, error: string): Conversation {
  return { ...conversation, outgoing: conversation.outgoing.map((message) => (message.key === key ? { ...message, error } : message)) };
}

export function discard(conversation: Conversation, key: string): Conversation {
  return { ...conversation, outgoing: conversation.outgoing.filter((message) => message.key !== key) };
}

/**
 * What this page said that the transcript does not show yet: between an event and the ack that names it, the same words would stand twice. `selves`: who this page has been,
 * since without signing in it is somebody new on every connection.
 */
export function unseen(conversation: Conversation, selves: ReadonlySet<string>): readonly Outgoing[] {
  if (conversation.outgoing.length === 0) return conversation.outgoing;
  const recent = conversation.events.slice(-20);
  return conversation.outgoing.filter(
    (message) =>
      message.error !== null ||
      message.seq !== null ||
      !recent.some(
        (event) => event.type === 'user_msg' && event.seq > message.afterSeq && selves.has(event.user.id) && event.text === message.text,
      ),
  );
}

// Deltas and `thinking_start` have no seq: after a reconnect they may come behind the answer that they belong to.
function isOver(conversation: Conversation, turn: string): boolean {
  return conversation.events.slice(-20).some((event) => event.type === 'assistant_msg' && event.turn === turn);
}
