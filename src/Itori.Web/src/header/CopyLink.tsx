import { useEffect, useState } from 'react';
import { Icon } from '../icons';

export function CopyLink() {
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => {
    // Without https (and off localhost) there is no clipboard; the address bar holds the same link.
    const done = navigator.clipboard?.writeText(location.href);
    if (done === undefined) setCopied('no');
    else done.then(() => setCopied('yes'), () => setCopied('no'));
  };
  const words = copied === 'yes' ? 'Copied' : copied === 'no' ? 'Copy it from the address bar' : 'Copy link';
  return (
    <button type="button" className="button quiet copy-link" onClick={copy} title="Whoever opens this link joins the session">
      <Icon name={copied === 'yes' ? 'check' : 'link'} />
      <span aria-live="polite">{words}</span>
    </button>
  );
}
