import { useMemo } from 'react';
import { useApp } from '../hooks/useItori';
import { useTick } from '../hooks/useTick';
import { Icon } from '../icons';
import { usePast, useView } from '../view/view';
import { speeds } from './replay';
import { timeScale, type TimeScale } from './timeScale';

const BINS = 120;
/** The slider's last step is now, which moves: nearer to it than this part counts as live. */
const LIVE_PART = 0.002;

/** A slider over the life of the graph. Its right end is live; anywhere else the field is shown as it was, and nothing can be changed. */
export function TimeBar() {
  const { replay } = useView();
  const past = usePast();
  const concepts = useApp((state) => state.graph.concepts);
  const connected = useApp((state) => state.connection.state === 'open');
  const tick = useTick(past === null ? 15_000 : 2_000);
  const { scale, growth } = useMemo(() => growthOf([...concepts.values()], Date.now()), [concepts, tick]);
  const part = past === null ? 1 : scale.partOf(past.at);

  const seek = (value: number) => {
    if (value > 1 - LIVE_PART) replay.live();
    else replay.seek(scale.timeOf(value));
  };
  const words = past !== null ? exact(past.at) : connected ? 'live' : 'as it was when the connection broke';
  const usable = concepts.size > 0 && (connected || past !== null);
  return (
    <div className="timebar" data-past={past !== null} data-connected={connected} data-testid="timebar" role="group" aria-label="Time">
      <button
        type="button"
        className="button icon-only quiet"
        aria-label={past?.playing ? 'Pause' : 'Play from here'}
        title={past === null ? 'Drag the slider to go back, then play' : past.playing ? 'Pause' : 'Play from here'}
        disabled={past === null}
        onClick={() => (past?.playing ? replay.pause() : replay.play())}
      >
        <Icon name={past?.playing ? 'pause' : 'play'} />
      </button>
      <div className="timebar-track">
        <Growth bins={growth} part={part} />
        <input
          type="range"
          data-testid="time-slider"
          aria-label="Time shown"
          aria-valuetext={words}
          min={0}
          max={1}
          step={0.0005}
          value={part}
          disabled={!usable}
          onChange={(event) => seek(Number(event.target.value))}
        />
      </div>
      {past !== null && (
        <select className="timebar-speed" aria-label="Speed" value={past.speed} onChange={(event) => replay.setSpeed(Number(event.target.value))}>
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      )}
      <output className="timebar-time" aria-live="off">
        {past === null ? <span className="live-mark">{connected ? 'Live' : 'Not live'}</span> : exact(past.at)}
      </output>
      {past !== null && (
        <button type="button" className="button small primary" data-testid="back-to-live" onClick={() => replay.live()}>
          Back to live
        </button>
      )}
    </div>
  );
}

/** Says over the field that it is the past, and what cannot be shown of it. */
export function PastBanner() {
  const past = usePast();
  if (past === null) return null;
  const state = past.error !== null ? past.error : past.graph === null ? 'Turning back…' : past.turning ? 'as it turned' : 'at rest: nobody watched';
  return (
    <div className="past-banner" data-testid="past" data-loading={past.loading} data-error={past.error !== null} role="status">
      <Icon name="clock" />
      <span>
        <strong>{exact(past.at)}</strong> · {state} · read-only
      </span>
    </div>
  );
}

/** How the graph grew: concepts made over time, behind the slider. */
function Growth({ bins, part }: { readonly bins: readonly number[]; readonly part: number }) {
  const highest = Math.max(1, ...bins);
  return (
    <svg className="growth" viewBox={`0 0 ${BINS} 20`} preserveAspectRatio="none" aria-hidden="true">
      {bins.map((count, bin) => {
        const height = count === 0 ? 0 : 2 + 18 * Math.sqrt(count / highest);
        return height === 0 ? null : <rect key={bin} x={bin + 0.15} width={0.7} y={20 - height} height={height} data-over={bin / BINS <= part} />;
      })}
    </svg>
  );
}

export function growthOf(
  concepts: readonly { readonly createdAt: number; readonly lastSeen: number }[],
  now: number,
): { readonly scale: TimeScale; readonly growth: readonly number[] } {
  let first = now;
  let last = 0;
  for (const { createdAt, lastSeen } of concepts) {
    if (createdAt > 0) first = Math.min(first, createdAt);
    last = Math.max(last, createdAt, lastSeen);
  }
  // The server's clock may be ahead of this one.
  now = Math.max(now, last);
  // A little before the first concept, so that the slider's left end is before anything was said.
  const scale = timeScale(first - Math.max(1_000, 0.01 * (last - first)), last, now);
  const growth = new Array<number>(BINS).fill(0);
  for (const { createdAt } of concepts) {
    if (createdAt <= 0) continue;
    const bin = Math.min(BINS - 1, Math.floor(BINS * scale.partOf(createdAt)));
    growth[bin] = (growth[bin] ?? 0) + 1;
  }
  return { scale, growth };
}

const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const otherDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

function exact(at: number): string {
  return new Date(at).toDateString() === new Date().toDateString() ? sameDay.format(at) : otherDay.format(at);
}
