/** Line icons on a 16 px grid. They say nothing by themselves: their buttons are labelled. */

const paths = {
  link: 'M6.7 9.3 9.3 6.7M7 4.6l1.3-1.3a2.8 2.8 0 0 1 4 4L11 8.7M9 11.4l-1.3 1.3a2.8 2.8 0 0 1-4-4L5 7.3',
  check: 'M3.5 8.5 6.5 11.5 12.5 4.8',
  send: 'M8 12.8V3.4M4.2 7.1 8 3.3l3.8 3.8',
  stop: 'M4.8 4.8h6.4v6.4H4.8z',
  close: 'M4.3 4.3l7.4 7.4M11.7 4.3l-7.4 7.4',
  pin: 'M6 2.8h4M7 2.8v4L4.8 9.2h6.4L9 6.8v-4M8 9.2v4',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  document: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 10.8h4',
  retry: 'M12.6 8a4.6 4.6 0 1 1-1.5-3.4M11.6 2.4v2.5H9.1',
  play: 'M5.2 3.6v8.8L12 8z',
  pause: 'M5.6 3.8v8.4M10.4 3.8v8.4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.8V8l2.2 1.6',
  filter: 'M2.8 3.6h10.4L9.3 8.4v4l-2.6-1.3V8.4z',
  download: 'M8 2.8v7M5 7.2 8 10l3-2.8M3.2 13.2h9.6',
  edit: 'M3.4 12.6l.7-2.9 6.4-6.4 2.2 2.2-6.4 6.4z',
  trash: 'M3.4 4.6h9.2M6.4 4.4V2.9h3.2v1.5M4.6 4.8l.6 8.3h5.6l.6-8.3',
  merge: 'M3.4 3.2c0 4.3 4.6 3 4.6 7v2.6M12.6 3.2c0 4.3-4.6 3-4.6 7',
  unlink: 'M6.2 4.3l1-1a2.8 2.8 0 0 1 4 4l-1 1M9.8 11.7l-1 1a2.8 2.8 0 0 1-4-4l1-1M3 3l10 10',
  cluster: 'M5 5.2a2 2 0 1 0 0-.1M11.4 6.4a1.6 1.6 0 1 0 0-.1M6.6 11.6a1.8 1.8 0 1 0 0-.1',
  arrange: 'M3 8h3.4M9.6 8H13M8 3v3.4M8 9.6V13M6.4 8a1.6 1.6 0 1 0 3.2 0 1.6 1.6 0 1 0-3.2 0',
  alert: 'M8 2.8 14 13.2H2zM8 6.6v3M8 11.3v.2',
  chevron: 'M4.5 6.3 8 9.8l3.5-3.5',
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
