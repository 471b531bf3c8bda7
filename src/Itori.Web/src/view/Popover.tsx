import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

interface PopoverProps {
  readonly label: string;
  /** The button has words of its own, which are its name. */
  readonly worded?: boolean;
  readonly button: ReactNode;
  readonly className?: string;
  readonly buttonClass?: string;
  readonly testId?: string;
  readonly side?: 'left' | 'right';
  readonly up?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/** A button and what it opens. Escape and a click elsewhere close it; focus goes back to the button. */
export function Popover({ label, worded = false, button, className = '', buttonClass = 'button icon-only quiet', testId, side = 'right', up = false, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => event.target instanceof Node && !box.current?.contains(event.target) && setOpen(false);
    // Also when what had the focus is gone, as a button that has done its work and is disabled.
    const escape = (event: KeyboardEvent) => event.key === 'Escape' && document.activeElement === document.body && close();
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
  return (
    <div
      className={`popover-box ${className}`}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button type="button" ref={opener} className={buttonClass} aria-label={worded ? undefined : label} title={label} aria-expanded={open} aria-controls={id} data-testid={testId} onClick={() => setOpen(!open)}>
        {button}
      </button>
      {open && (
        <div className="popover" id={id} role="group" aria-label={label} data-side={side} data-up={up}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
