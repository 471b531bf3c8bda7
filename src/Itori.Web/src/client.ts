import {
  acknowledge,
  Batch,
  discard,
  emptyConversation,
  emptyGraph,
  fail,
  IndexedDbQueue,
  ItoriSocket,
  PhaseTrack,
  RefusedError,
  say,
  soon,
  Topics,
  uniqueId,
  UnsentError,
  withHistory,
  type ConceptOp,
  type Conversation,
  type Hole,
  type QueueStore,
  type Reply,
  type Schedule,
  type ServerMessage,
  type SocketOptions,
  type StoredCommand,
  type User,
  type Watch,
  type Welcome,
} from '@itori/client';
import { msgpack } from '@itori/client/msgpack';
import { reduce } from './state/reduce';
import { createStore, initialState, type AppState, type Ingest, type Store } from './store';

export interface Place {
  readonly session: string | null;
  readonly graph: string | null;
}

export interface ClientOptions extends Omit<SocketOptions, 'url' | 'queue'> {
  /** The socket's address, without a query. */
  readonly endpoint: string;
  readonly place: Place;
  /** Told when the server has said which session and graph this is. */
  readonly onPlace?: (session: string, graph: string) => void;
  /** Who this page was before it was loaded anew. */
  readonly selves?: readonly string[];
  /** Told who this page is, and has been. */
  readonly onSelves?: (selves: readonly string[]) => void;
  readonly schedule?: Schedule;
  /** Where unsent commands are kept; null: in memory only. Without it in IndexedDB, where the browser has it. */
  readonly queue?: QueueStore | null;
}

const HISTORY_PAGE = 50;
/** A page that reconnects for days is many people: of them the latest are known. */
const MAX_SELVES = 200;
/** Messages that may wait for the next picture: beyond it they are applied at once. */
const MAX_WAITING = 500;
const CURSOR_EVERY_MS = 120;
/** Of a larger selection the others see this many. */
const MAX_SHARED = 50;

/** One page's link to the server: the socket's messages become state, and what people do becomes commands. */
export class ItoriClient {
  readonly store: Store<AppState> = createStore(initialState);
  readonly phases = new PhaseTrack();

  private readonly socket: ItoriSocket;
  private readonly topics: Topics;
  private readonly incoming: Batch<ServerMessage>;
  private readonly watches = new Map<string, Watch>();
  private place: Place;
  private cursorTimer: ReturnType<typeof setTimeout> | null = null;
  private pointed: string | null = null;
  private hand: { readonly x: number; readonly y: number } | null = null;
  private chosen: readonly string[] = [];
  private nextKey = 0;

  constructor(private readonly options: ClientOptions) {
    // Named here and not by the server, so that a page without a connection knows where its messages belong.
    this.place = { session: options.place.session ?? uniqueId(), graph: options.place.graph };
    this.store.set((state) => ({ ...state, selves: new Set(options.selves) }));
    this.incoming = new Batch(options.schedule ?? soon, MAX_WAITING, (messages) => this.apply(messages));
    const queue = options.queue === undefined ? IndexedDbQueue.tryOpen({ name: `itori ${options.endpoint}` }) : options.queue;
    const { queue: _, ...rest } = options;
    this.socket = new ItoriSocket(
      { codecs: [msgpack], ...rest, ...(queue === null ? {} : { queue }), url: () => this.url() },
      {
        connection: (connection) => {
          if (connection.state !== 'open') this.topics.lost();
          this.store.set((state) => ({ ...state, connection }));
        },
        ready: (welcome, user) => this.enter(welcome, user),
        message: (message) => {
          if (!this.topics.take(message) && message.type === 'error') this.take(message);
        },
        restored: (command, reply) => this.restore(command, reply),
      },
    );
    this.topics = new Topics({ request: (request) => this.socket.request(request), hole: report });
  }

  start(): void {
    this.socket.connect();
  }

  /** Connects anew now, whether the client waits for its next try, has given up, or is connected. */
  reconnect(): void {
    this.socket.reconnect();
  }

  /** The network or the page came back. */
  hurry(): void {
    this.socket.hurry();
  }

  stop(): void {
    if (this.cursorTimer !== null) clearTimeout(this.cursorTimer);
    this.socket.close();
  }

  say(text: string, assistant: boolean): void {
    this.nextKey += 1;
    this.deliver(`m${this.nextKey}`, text, assistant);
  }

  /** Sends again what could not be sent: a new command, since the old one is known to have changed nothing. */
  retry(key: string): void {
    const message = this.store.get().conversation.outgoing.find((outgoing) => outgoing.key === key);
    if (message !== undefined) this.deliver(key, message.text, message.assistant);
  }

  discard(key: string): void {
    this.converse((state) => discard(state, key));
  }

  dismissNotice(): void {
    this.converse((state) => ({ ...state, notice: null }));
  }

  cancel(turn: string): void {
    const { sessionId } = this.store.get();
    if (sessionId === null) return;
    const stopping = (value: boolean) =>
      this.converse((state) => (state.turn?.turn === turn ? { ...state, turn: { ...state.turn, stopping: value } } : state));
    stopping(true);
    this.socket.send({ type: 'cancel', topic: `session:${sessionId}`, payload: { turn } }).catch((error: unknown) => {
      stopping(false);
      // The turn may have ended by itself meanwhile, which is what was wanted.
      if (!(error instanceof RefusedError && error.error.code === 404)) this.notice(error);
    });
  }

  ingest(text: string, source: string): void {
    this.nextKey += 1;
    this.read(`d${this.nextKey}`, text, source, this.socket.send({ type: 'ingest', topic: this.graphTopic, payload: { text, source } }));
  }

  /** Shows a document until the server has read it. */
  private read(key: string, text: string, source: string, reply: Promise<Reply>): void {
    const update = (change: Partial<Ingest>) =>
      this.store.set((state) => ({
        ...state,
        ingests: state.ingests.map((ingest) => (ingest.key === key ? { ...ingest, ...change } : ingest)),
      }));
    const ingest: Ingest = { key, source, characters: text.length, progress: 0, done: null, error: null };
    this.store.set((state) => ({ ...state, ingests: [...state.ingests, ingest].slice(-20) }));
    reply.then(
      (reply) => {
        if (reply.type !== 'ack') return;
        update({ progress: 1, done: { concepts: reply.concepts ?? 0, relations: reply.relations ?? 0 } });
      },
      (error: unknown) => update({ error: describe(error) }),
    );
  }

  dismissIngest(key: string): void {
    this.store.set((state) => ({ ...state, ingests: state.ingests.filter((ingest) => ingest.key !== key) }));
  }

  /** Puts a concept somewhere and keeps it there. Resolves to false when the server refused. */
  async moveConcept(id: string, x: number, y: number): Promise<boolean> {
    return this.operate([
      { op: 'move', id, x, y },
      { op: 'pin', id, pinned: true },
    ]);
  }

  async pinConcept(id: string, pinned: boolean): Promise<boolean> {
    return this.operate([{ op: 'pin', id, pinned }]);
  }

  select(id: string | null): void {
    this.store.set((state) => (state.selected === id ? state : { ...state, selected: id }));
    this.pointAt(id);
  }

  /** Shows the others what this person has chosen, besides where they look. */
  shareSelection(ids: readonly string[]): void {
    this.chosen = ids;
    this.pointAt(null);
  }

  /** Shows the others where this person looks; null: nowhere in particular, or at what is selected. */
  pointAt(id: string | null): void {
    this.pointed = id ?? this.store.get().selected;
    this.tellCursor();
  }

  /** Shows the others where over the field this person's hand is, in layout units; null: elsewhere. */
  reachTo(place: { readonly x: number; readonly y: number } | null): void {
    const had = this.hand;
    this.hand = place;
    const { presence } = this.store.get();
    // Nobody is told of every move of a hand that nobody else could see.
    if (presence.graph.length + presence.unnamed > 1 && (place !== null || had !== null)) this.tellCursor();
  }

  private tellCursor(): void {
    this.cursorTimer ??= setTimeout(() => {
      this.cursorTimer = null;
      const { graphId, graph, connection } = this.store.get();
      // Only who watches the graph may point into it.
      if (graphId === null || !graph.known || connection.state !== 'open') return;
      const concept = this.pointed === null ? {} : { concept: this.pointed };
      const selection = this.chosen.length < 2 ? {} : { selection: this.chosen.slice(0, MAX_SHARED) };
      this.socket.notify({ type: 'cursor', payload: { topic: `graph:${graphId}`, ...concept, ...this.hand, ...selection } });
    }, CURSOR_EVERY_MS);
  }

  /** Deletes a message of this person's own. Resolves to false when the server refused. */
  async deleteMessage(seq: number): Promise<boolean> {
    const { sessionId } = this.store.get();
    if (sessionId === null) return false;
    try {
      await this.socket.send({ type: 'delete_msg', topic: `session:${sessionId}`, payload: { messageSeq: seq } });
      return true;
    } catch (error) {
      this.notice(error);
      return false;
    }
  }

  loadEarlier(): void {
    const { conversation: state } = this.store.get();
    const first = state.events[0];
    if (state.loading || !state.more || first === undefined) return;
    void this.loadHistory(first.seq);
  }

  private deliver(key: string, text: string, assistant: boolean): void {
    this.converse((state) => say(state, key, text, assistant));
    this.follow(key, this.socket.send({ type: 'user_msg', topic: `session:${this.place.session}`, payload: { text, assistant } }));
  }

  /** A command that an earlier page left is on its way. */
  private restore(stored: StoredCommand, reply: Promise<Reply>): void {
    const { command, id } = stored;
    if (command.type === 'ingest' && command.topic === this.graphTopic) {
      this.read(id, command.payload.text, command.payload.source ?? 'a document', reply);
      return;
    }
    if (command.type !== 'user_msg' || command.topic !== `session:${this.place.session}`) {
      // It stands nowhere on this page, so at least its failure is told.
      reply.catch((error: unknown) => this.notice(error));
      return;
    }
    this.converse((state) => say(state, id, command.payload.text, command.payload.assistant ?? true));
    this.follow(id, reply);
  }

  private follow(key: string, reply: Promise<Reply>): void {
    reply.then(
      (ack) => {
        // Events that came before the ack are applied first, or the message would stand twice for a moment.
        this.incoming.flush();
        if (ack.type === 'ack') this.converse((state) => acknowledge(state, key, ack.seq ?? 0));
      },
      (error: unknown) => this.converse((state) => fail(state, key, describe(error))),
    );
  }

  /** Carries out changes of the graph, all or none. Resolves to false when the server refused. */
  async operate(ops: readonly ConceptOp[]): Promise<boolean> {
    const { graphId } = this.store.get();
    if (graphId === null) return false;
    try {
      await this.socket.send({ type: 'concept_op', topic: `graph:${graphId}`, payload: { ops } });
      return true;
    } catch (error) {
      this.notice(error);
      return false;
    }
  }

  /** Known before the server has said it: without a name, a graph is `main`. */
  private get graphTopic(): `graph:${string}` {
    return `graph:${this.place.graph ?? 'main'}`;
  }

  private url(): string {
    const query = new URLSearchParams();
    if (this.place.session !== null) query.set('session', this.place.session);
    if (this.place.graph !== null) query.set('graph', this.place.graph);
    const asked = query.toString();
    return asked === '' ? this.options.endpoint : `${this.options.endpoint}?${asked}`;
  }

  private enter(welcome: Welcome, user: User): void {
    const { sessionId, graphId } = welcome;
    this.incoming.flush();
    this.place = { session: sessionId, graph: graphId };
    const selves = [...this.store.get().selves].filter((id) => id !== user.id).concat(user.id).slice(-MAX_SELVES);
    this.store.set((state) => ({
      ...state,
      user,
      selves: new Set(selves),
      sessionId,
      graphId,
      ...(state.sessionId === sessionId ? {} : { conversation: { ...emptyConversation, outgoing: state.conversation.outgoing } }),
      ...(state.graphId === graphId ? {} : { graph: emptyGraph, spectral: null, forecast: null, alerts: [], cursors: new Map(), hands: new Map() }),
    }));
    this.options.onPlace?.(sessionId, graphId);
    this.options.onSelves?.(selves);
    this.watchOnly([`session:${sessionId}`, `graph:${graphId}`, `field:${graphId}`]);
    this.topics.ready();
  }

  private watchOnly(wanted: readonly string[]): void {
    for (const [topic, watch] of this.watches) {
      if (wanted.includes(topic)) continue;
      watch.close();
      this.watches.delete(topic);
    }
    for (const topic of wanted) {
      if (this.watches.has(topic)) continue;
      this.watches.set(
        topic,
        this.topics.watch(topic, {
          event: (message) => this.take(message),
          subscribed: (reply) => {
            this.take(reply);
            this.incoming.flush();
            if (topic.startsWith('session:') && !this.store.get().conversation.known) void this.loadHistory(undefined);
          },
          refused: (error) => this.notice(error),
        }),
      );
    }
  }

  private async loadHistory(before: number | undefined): Promise<void> {
    const { sessionId } = this.store.get();
    if (sessionId === null) return;
    const topic = `session:${sessionId}`;
    this.converse((state) => ({ ...state, loading: true }));
    try {
      const range = before === undefined ? {} : { before };
      const reply = await this.socket.request({ type: 'history', payload: { topic, limit: HISTORY_PAGE, ...range } });
      if (reply.type !== 'history' || this.store.get().sessionId !== sessionId) return;
      this.incoming.flush();
      this.converse((state) => withHistory(state, reply.events, reply.more));
    } catch (error) {
      this.converse((state) => ({ ...state, loading: false }));
      if (!(error instanceof UnsentError)) this.notice(error);
    }
  }

  private take(message: ServerMessage): void {
    if (message.type === 'phase_frame') this.phases.push(message, performance.now());
    else this.incoming.add(message);
  }

  private apply(messages: readonly ServerMessage[]): void {
    let holes: ReadonlySet<string> = new Set();
    this.store.set((before) => {
      const reduced = reduce(before, messages);
      holes = reduced.holes;
      this.phases.enter(reduced.state.graph.epoch);
      return reduced.state;
    });
    // The topics come without holes; should the state still not fit, it begins anew.
    for (const topic of holes) this.watches.get(topic)?.restart();
  }

  private converse(change: (state: Conversation) => Conversation): void {
    this.store.set((state) => {
      const next = change(state.conversation);
      return next === state.conversation ? state : { ...state, conversation: next };
    });
  }

  private notice(error: unknown): void {
    this.converse((state) => ({ ...state, notice: describe(error) }));
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

function report(hole: Hole): void {
  console.warn(`${hole.topic}: event ${hole.expected} was due and ${hole.got} came; it is asked for again`);
}
