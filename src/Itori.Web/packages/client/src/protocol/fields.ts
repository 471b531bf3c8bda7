/** Reads fields of a parsed JSON value with their types checked. */

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

export function object(from: JsonObject, key: string): JsonObject {
  const value = from[key];
  if (!isObject(value)) throw new DecodeError(`no object "${key}"`);
  return value;
}

export function text(from: JsonObject, key: string): string {
  const value = from[key];
  if (typeof value !== 'string') throw new DecodeError(`no string "${key}"`);
  return value;
}

export function number(from: JsonObject, key: string): number {
  const value = from[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DecodeError(`no number "${key}"`);
  return value;
}

export function numberOr(from: JsonObject, key: string, otherwise: number): number {
  return optionalNumber(from, key) ?? otherwise;
}

export function optionalNumber(from: JsonObject, key: string): number | undefined {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function optionalText(from: JsonObject, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' ? value : undefined;
}

export function list(from: JsonObject, key: string): readonly unknown[] {
  const value = from[key];
  return Array.isArray(value) ? value : [];
}

export function objects(from: JsonObject, key: string): readonly JsonObject[] {
  return list(from, key).filter(isObject);
}

export function texts(from: JsonObject, key: string): readonly string[] {
  return list(from, key).filter((item) => typeof item === 'string');
}

type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Leaves undefined members out, as `exactOptionalPropertyTypes` asks for. */
export function defined<T extends object>(value: T): Defined<T> {
  const kept = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(kept) as Defined<T>;
}
