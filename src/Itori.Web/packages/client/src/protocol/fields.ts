/** Readers of the fields of a parsed value, with their types checked. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message of a known type lacks a field or has one of the wrong type. */
export class DecodeError extends Error {
  constructor(what: string) {
    super(`the server sent ${what}`);
    this.name = 'DecodeError';
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads one value; undefined when it is of another type. `key` is for the error.
 * @throws DecodeError when something inside of it is wrong.
 */
export type Read<T> = (value: unknown, key: string) => T;

type Value = string | number | boolean | object;

export const text: Read<string | undefined> = (value) => (typeof value === 'string' ? value : undefined);
export const number: Read<number | undefined> = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
export const flag: Read<boolean | undefined> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A value that must be there. */
export function must<T extends Value>(read: Read<T | undefined>): Read<T> {
  return (value, key) => {
    const found = read(value, key);
    if (found === undefined) throw new DecodeError(`no proper "${key}"`);
    return found;
  };
}

/** A value with a default. */
export function or<T extends Value>(read: Read<T | undefined>, otherwise: T): Read<T> {
  return (value, key) => read(value, key) ?? otherwise;
}

/** One of some words, else the last. */
export function word<T extends string>(...words: readonly [T, ...T[]]): Read<T> {
  return (value) => words.find((one) => one === value) ?? (words.at(-1) as T);
}

/** A list, without the items that are of another type; undefined where there is none. */
export function list<T extends Value>(read: Read<T | undefined>): Read<readonly T[] | undefined> {
  return (value, key) => (Array.isArray(value) ? value.map((item) => read(item, key)).filter((item) => item !== undefined) : undefined);
}

type Fields = Readonly<Record<string, Read<unknown>>>;

/** What a record reads. A field whose reader may give undefined may be absent. */
export type Shape<S extends Fields> = {
  readonly [K in keyof S as undefined extends ReturnType<S[K]> ? never : K]: ReturnType<S[K]>;
} & { readonly [K in keyof S as undefined extends ReturnType<S[K]> ? K : never]?: Exclude<ReturnType<S[K]>, undefined> };

/** An object with these fields; undefined where there is none. Other fields are dropped, and absent ones stay absent, as `exactOptionalPropertyTypes` asks for. */
export function record<S extends Fields>(fields: S): Read<Shape<S> | undefined> {
  const readers = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return undefined;
    const read: Record<string, unknown> = {};
    for (const [key, reader] of readers) {
      const field = reader(value[key], key);
      if (field !== undefined) read[key] = field;
    }
    return read as Shape<S>;
  };
}
