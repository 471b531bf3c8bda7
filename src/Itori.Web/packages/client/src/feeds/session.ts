import { UnsentError, type Reply } from '../outbox.js';
import type { ServerMessage } from '../protocol/messages.js';
import type { StoredCommand } from '../queue.js';
import * as conversation from '../state/conversation.js';
import { createStore, type Store } from '../store.js';
import type { Subscribed, TopicFilter } from '../topics.js';
import { wrong } from '../wrong.js';
import { Feed, noPresence, type FeedLink } from './feed.js';

const HISTORY_PAGE = 50;

/** One conversation: its transcript, the answer that is being made, and what this page has said and is not stored yet. */
export class SessionFeed extends Feed {
  readonly state: Store<conversation.Conversation> = createStore(conversation.emptyConversation);
  readonly presence = noPresence();
  /** How many watch, of whom `presence` may name only some; changes with it. */
  present = 0;
  #nextKey = 0;

  constructor(id: string, filter: TopicFilter, link: FeedLink) {
    super('session', id, filter, link);
  }

  /** Says something. It stands in `outgoing` until it is stored; one that fails stays there with its error. */
  say(text: string, more: { readonly assistant?: boolean; readonly metadata?: Readonly<Record<string, unknown>> } = {}): Promise<Reply> {
    this.#nextKey += 1;
    return this.#deliver(`m${this.#nextKey}`, text, more.assistant ?? true, more.metadata);
  }

  /** Says again what could not be sent. */
  retry(key: string): void {
    const message = this.state.get().outgoing.find((outgoing) => outgoing.key === key);
    if (message !== undefined) this.#deliver(key, message.text, message.assistant).catch(() => undefined); // It stands at the message.
  }

  /** Takes back what could not be sent. */
  discard(key: string): void {
    this.state.set((state) => conversation.discard(state, key));
  }

  /** Deletes a message of one's own by its `seq`. */
  remove(messageSeq: number): Promise<Reply> {
    return this.link.socket.send({ type: 'delete_msg', topic: this.topic, payload: { messageSeq } });
  }

  /** Stops the answer that is being made. */
  cancel(): Promise<Reply> {
    const { turn } = this.state.get();
    return this.link.socket.send({ type: 'cancel', topic: this.topic, payload: turn === null ? {} : { turn: turn.turn } });
  }

  /** Reads an earlier page of the transcript. */
  async loadEarlier(): Promise<void> {
    const { events, loading, more } = this.state.get();
    const first = events[0];
    if (!loading && more && first !== undefined) await this.#load(first.seq);
  }

  /** A message that an earlier page left is on its way. */
  restored({ id, command }: StoredCommand, reply: Promise<Reply>): void {
    if (command.type !== 'user_msg') return;
    const { text, assistant = true } = command.payload;
    this.state.set((state) => conversation.say(state, id, text, assistant));
    this.#follow(id, reply);
  }

  #deliver(key: string, text: string, assistant: boolean, metadata?: Readonly<Record<string, unknown>>): Promise<Reply> {
    this.state.set((state) => conversation.say(state, key, text, assistant));
    const payload = metadata === undefined ? { text, assistant } : { text, assistant, metadata };
    const reply = this.link.socket.send({ type: 'user_msg', topic: this.topic, payload });
    this.#follow(key, reply);
    return reply;
  }

  #follow(key: string, reply: Promise<Reply>): void {
    reply.then(
      (ack) => {
        if (ack.type === 'ack') this.state.set((state) => conversation.acknowledge(state, key, ack.seq ?? 0));
      },
      (error: unknown) => this.state.set((state) => conversation.fail(state, key, wrong(error).message)),
    );
  }

  protected override begin(reply: Subscribed): void {
    this.state.set((state) => conversation.resume(state, reply.seq, reply.recovered));
    if (!this.state.get().known) void this.#load(undefined);
  }

  async #load(before: number | undefined): Promise<void> {
    this.state.set((state) => ({ ...state, loading: true }));
    try {
      const range = before === undefined ? {} : { before };
      const reply = await this.link.socket.request({ type: 'history', payload: { topic: this.topic, limit: HISTORY_PAGE, ...range } });
      if (reply.type === 'history') this.state.set((state) => conversation.withHistory(state, reply.events, reply.more));
    } catch (error) {
      this.state.set((state) => ({ ...state, loading: false }));
      // A lost connection asks again when it is back.
      if (!(error instanceof UnsentError)) this.note(wrong(error));
    }
  }

  protected override take(message: ServerMessage): void {
    switch (message.type) {
      case 'user_msg':
      case 'msg_deleted':
      case 'assistant_msg': {
        let hole = false;
        this.state.set((state) => {
          const applied = conversation.applyEvents(state, [message]);
          hole = applied.hole;
          return applied.conversation;
        });
        if (hole) this.watch.restart();
        break;
      }
      case 'progress':
        this.state.set((state) => ({ ...state, seq: message.seq }));
        break;
      case 'thinking_start':
        this.state.set((state) => conversation.beginTurn(state, message.turn));
        break;
      case 'thinking_end':
        this.state.set((state) => conversation.endTurn(state, message.turn));
        break;
      case 'assistant_delta':
        this.state.set((state) => conversation.addPiece(state, message.turn, message.index, message.text));
        break;
      case 'presence':
        this.present = message.count;
        this.presence.set(() => message.users);
        break;
      default:
    }
  }

  protected override note(error: Error): void {
    this.state.set((state) => ({ ...state, notice: error.message }));
  }
}
