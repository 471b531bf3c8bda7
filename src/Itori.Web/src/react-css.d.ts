import 'react';

declare module 'react' {
  // Custom properties carry values from the data into the style sheets.
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
