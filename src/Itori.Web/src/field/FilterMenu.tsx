import { useMemo } from 'react';
import { Icon } from '../icons';
import { clustersOf, isFiltering, noFilter, type Filter } from '../view/filter';
import { Popover } from '../view/Popover';
import { useShownGraph, useView, useViewed } from '../view/view';

const MINUTE = 60_000;
const times = [
  ['ever', null],
  ['last 5 minutes', 5 * MINUTE],
  ['last hour', 60 * MINUTE],
  ['last day', 24 * 60 * MINUTE],
] as const;
/** Clusters beyond this many, the smallest, are not listed. */
const SHOWN = 12;

/** Hides what is light, old, or of clusters that are not of interest. */
export function FilterMenu() {
  const view = useView();
  const filter = useViewed((state) => state.filter);
  const clustersShown = useViewed((state) => state.clustersShown);
  const graph = useShownGraph();
  const clusters = useMemo(() => clustersOf(graph).slice(0, SHOWN), [graph]);
  const set = (change: Partial<Filter>) => view.set({ filter: { ...filter, ...change } });
  const active = isFiltering(filter);
  return (
    <Popover
      label={active ? 'Filter (on)' : 'Filter'}
      testId="filter"
      up
      button={
        <>
          <Icon name="filter" />
          {active && <span className="dot" aria-hidden="true" />}
        </>
      }
    >
      {() => (
        <div className="filter">
          <label className="filter-row">
            <span>Weight from</span>
            <input
              type="range"
              min={0}
              max={1}
              step={0.02}
              value={filter.weight}
              data-testid="filter-weight"
              aria-valuetext={filter.weight.toFixed(2)}
              onChange={(event) => set({ weight: Number(event.target.value) })}
            />
            <output>{filter.weight.toFixed(2)}</output>
          </label>
          <label className="filter-row">
            <span>Said</span>
            <select
              className="field-input"
              value={String(filter.within)}
              data-testid="filter-time"
              onChange={(event) => set({ within: event.target.value === 'null' ? null : Number(event.target.value) })}
            >
              {times.map(([words, within]) => (
                <option key={words} value={String(within)}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <label className="switch filter-switch">
            <input type="checkbox" role="switch" checked={clustersShown} onChange={(event) => view.set({ clustersShown: event.target.checked })} />
            <span className="switch-track" aria-hidden="true" />
            Outline clusters
          </label>
          {clusters.length > 0 && (
            <fieldset className="filter-clusters">
              <legend>Clusters</legend>
              {clusters.map(({ id, name, size }) => (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={!filter.without.has(id)}
                    onChange={(event) => {
                      const without = new Set(filter.without);
                      if (event.target.checked) without.delete(id);
                      else without.add(id);
                      set({ without });
                    }}
                  />
                  <span className="filter-cluster">{name}</span>
                  <span className="soft">{size}</span>
                </label>
              ))}
            </fieldset>
          )}
          <button type="button" className="button small" disabled={!active} onClick={() => view.set({ filter: noFilter })}>
            Show everything
          </button>
        </div>
      )}
    </Popover>
  );
}
