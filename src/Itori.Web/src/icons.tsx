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
  chevron: 'M4.5 6.3 8 9.8l3.5-3.5',
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
