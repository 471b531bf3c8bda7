import { createContext, useContext, useSyncExternalStore } from 'react';
import type { GraphState, PhaseTrack } from '@itori/client';
import type { ItoriClient } from '../client';
import { useApp, useClient } from '../hooks/useItori';
import { Replay, type Past } from '../replay/replay';
import { fieldAt } from '../rest';
import { createStore } from '../store';
import { noFilter, type Filter } from './filter';

export interface ViewState {
  readonly filter: Filter;
  readonly clustersShown: boolean;
  /** Chosen besides the selected one, in the order of choice. */
  readonly also: readonly string[];
  readonly hovered: { readonly id: string; readonly x: number; readonly y: number } | null;
  /** Which half a small screen shows. */
  readonly pane: 'field' | 'talk';
}

/** What this page looks at and how: nothing here is known to the server. */
export class View {
  readonly store = createStore<ViewState>({ filter: noFilter, clustersShown: true, also: [], hovered: null, pane: 'talk' });
  readonly replay: Replay;

  constructor(private readonly client: ItoriClient) {
    this.replay = new Replay((at, signal) => fieldAt(client.store.get().graphId ?? '', at, signal));
  }

  /** Selects one concept, or with `more` adds it to (takes it out of) what is selected. */
  choose(id: string | null, more = false): void {
    const { selected } = this.client.store.get();
    const { also } = this.store.get();
    if (!more || id === null || selected === null) {
      this.set({ also: [] });
      this.client.select(id);
    } else if (id === selected) {
      const [first, ...rest] = also;
      this.set({ also: rest });
      this.client.select(first ?? null);
    } else this.set({ also: also.includes(id) ? also.filter((other) => other !== id) : [...also, id] });
  }

  set(change: Partial<ViewState>): void {
    this.store.set((state) => ({ ...state, ...change }));
  }
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error('No ViewContext above this component.');
  return view;
}

/** A part of the view's state; as with `useApp`, no new object. */
export function useViewed<T>(select: (state: ViewState) => T): T {
  const { store } = useView();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** Null: the field is live. */
export function usePast(): Past | null {
  const { store } = useView().replay;
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The graph that is shown: the live one, or the one of then. */
export function useShownGraph(): GraphState {
  const live = useApp((state) => state.graph);
  return usePast()?.graph ?? live;
}

/** The phases that are shown, in the same sense. */
export function useShownPhases(): PhaseTrack {
  const { phases } = useClient();
  const { replay } = useView();
  return usePast()?.graph != null ? replay.phases : phases;
}

/** Why nothing can be changed now; null: it can. */
export function useReadOnly(): string | null {
  const past = usePast();
  const open = useApp((state) => state.connection.state === 'open');
  if (past !== null) return 'This is the past: go back to live to change something.';
  return open ? null : 'Not connected: the graph can be changed again when the connection is back.';
}
