import { useEffect, useState, type ReactNode } from 'react';

interface ConfirmProps {
  readonly children: ReactNode;
  readonly sure: string;
  readonly className?: string;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly testId?: string;
  readonly onConfirm: () => void;
}

/** What cannot be taken back is asked twice, in place. */
export function Confirm({ children, sure, className = 'button small', disabled = false, title, testId, onConfirm }: ConfirmProps) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(() => setAsked(false), 4_000);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <button
      type="button"
      className={`${className}${asked ? ' danger' : ''}`}
      disabled={disabled}
      title={title}
      data-testid={testId}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (asked) onConfirm();
        setAsked(!asked);
      }}
    >
      <span aria-live="polite">{asked ? sure : children}</span>
    </button>
  );
}
