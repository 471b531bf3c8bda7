/** Whatever was thrown, as an error whose message can be shown. */
export function wrong(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('Something went wrong.');
}
