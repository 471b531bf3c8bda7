import type { Reply } from '../outbox.js';
import type { ClusterAlert, CoherenceForecast, ServerMessage, SpectralState } from '../protocol/messages.js';
import { PhaseTrack } from '../state/phases.js';
import { createStore, type Store } from '../store.js';
import type { TopicFilter } from '../topics.js';
import { Feed, type FeedLink } from './feed.js';

/** The oscillators of one graph. Frames go to `phases`, which no store knows of: they come too often for anything but drawing. */
export class FieldFeed extends Feed {
  readonly phases = new PhaseTrack();
  readonly spectral: Store<SpectralState | null> = createStore<SpectralState | null>(null);
  readonly forecast: Store<CoherenceForecast | null> = createStore<CoherenceForecast | null>(null);
  /** Clusters that come apart now. */
  readonly alerts: Store<readonly ClusterAlert[]> = createStore<readonly ClusterAlert[]>([]);

  constructor(id: string, filter: TopicFilter, link: FeedLink) {
    super('field', id, filter, link);
  }

  /** Asks for a fresh forecast, which comes like any other. */
  refreshForecast(): Promise<Reply> {
    return this.link.socket.request({ type: 'custom_request', topic: this.topic, payload: { type: 'refresh_forecast' } });
  }

  protected override take(message: ServerMessage): void {
    switch (message.type) {
      case 'phase_frame':
        // Frames are the only ones to tell the epoch here; they do not go back in time.
        this.phases.enter(message.epoch);
        this.phases.push(message, performance.now());
        break;
      case 'spectral_state':
        this.spectral.set(() => message.state);
        break;
      case 'coherence_forecast':
        this.forecast.set(() => message.forecast);
        break;
      case 'cluster_alert':
        this.alerts.set(() => message.alerts);
        break;
      default:
    }
  }
}
