import { CopyLink } from './CopyLink';
import { Places } from './Places';
import { Presence } from './Presence';
import { WebSocketStatus } from './WebSocketStatus';

export function Header() {
  return (
    <header className="header">
      <h1 className="brand">
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path d="M9 22 16 9l8 10z" className="brand-line" />
          <circle cx="16" cy="9" r="5" className="brand-a" />
          <circle cx="9" cy="22" r="4" className="brand-b" />
          <circle cx="24" cy="19.5" r="3.2" className="brand-c" />
        </svg>
        <span className="brand-name">Itori</span>
      </h1>
      <div className="place">
        <Places />
        <CopyLink />
      </div>
      <Presence />
      <WebSocketStatus />
    </header>
  );
}
