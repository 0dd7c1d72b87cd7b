import { ApiError, invalidRequest } from './errors.js';
import type { FormNode, FormValue } from './form.js';

/** Reads one parameter; `path` is its name as the caller wrote it, for error messages. */
export type Reader<T> = (value: FormValue | undefined, path: string) => T;

export type Shape = Record<string, Reader<unknown>>;
export type Params<S extends Shape> = { [K in keyof S]: S[K] extends Reader<infer T> ? T : never };

/** An object with exactly these names: any other is refused as `parameter_unknown`. */
export function shape<S extends Shape>(readers: S): Reader<Params<S> | undefined> {
  return (value, path) => (value === undefined ? undefined : readShape(readers, node(value, path), path));
}

/** Reads the parameters of a request. */
export function readParams<S extends Shape>(readers: S, form: FormNode): Params<S> {
  return readShape(readers, form, '');
}

function readShape<S extends Shape>(readers: S, form: FormNode, path: string): Params<S> {
  const unknown = Object.keys(form)
    .filter((name) => !Object.hasOwn(readers, name))
    .map((name) => below(path, name));
  if (unknown.length > 0) {
    throw invalidRequest(
      `Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}`,
      {
        code: 'parameter_unknown',
        param: unknown[0] ?? '',
      },
    );
  }
  const read = Object.fromEntries(
    Object.entries(readers).map(([name, reader]) => [name, reader(form[name], below(path, name))]),
  );
  if (isRead(readers, read)) return read;
  throw new Error('A reader was skipped.');
}

function isRead<S extends Shape>(readers: S, read: Record<string, unknown>): read is Params<S> {
  return Object.keys(readers).every((name) => name in read);
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}[${name}]`;
}

function node(value: FormValue, path: string): FormNode {
  if (typeof value === 'string') throw invalidRequest('Invalid object', { param: path });
  return value;
}

/** Text. An empty string is kept: Stripe reads it as "unset this". */
export const text: Reader<string | undefined> = (value, path) => {
  if (value === undefined || typeof value === 'string') return value;
  throw invalidRequest(`Invalid string: ${JSON.stringify(value)}`, { param: path });
};

/** Text whose emptiness is a mistake, such as an id. */
export const filledText: Reader<string | undefined> = (value, path) => {
  const result = text(value, path);
  if (result !== '') return result;
  throw invalidRequest(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; ` +
      `however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param: path },
  );
};

export const integer: Reader<number | undefined> = (value, path) => {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  throw invalidRequest(`Invalid integer: ${typeof value === 'string' ? value : JSON.stringify(value)}`, {
    code: 'parameter_invalid_integer',
    param: path,
  });
};

/** An amount of money: more than zero. */
export const amount: Reader<number | undefined> = (value, path) => {
  const result = integer(value, path);
  if (result === undefined || result >= 1) return result;
  throw invalidRequest('This value must be greater than or equal to 1.', {
    code: 'parameter_invalid_integer',
    param: path,
  });
};

export const flag: Reader<boolean | undefined> = (value, path) => {
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidRequest(`Invalid boolean: ${typeof value === 'string' ? value : JSON.stringify(value)}`, {
    param: path,
  });
};

export function oneOf<T extends string>(...allowed: T[]): Reader<T | undefined> {
  return (value, path) => {
    if (value === undefined) return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw invalidRequest(
      `Invalid ${path}: must be one of ${allowed.filter((name) => name !== '').join(', ')}`,
      {
        param: path,
      },
    );
  };
}

/** A list. Positions must be integers; they give the order. */
export function list<T>(entry: Reader<T | undefined>): Reader<T[] | undefined> {
  return (value, path) => {
    if (value === undefined) return undefined;
    if (value === '') return [];
    const entries = typeof value === 'string' ? [] : Object.entries(value);
    if (entries.length === 0 || entries.some(([position]) => !/^\d+$/.test(position))) {
      throw invalidRequest('Invalid array', { param: path });
    }
    return entries
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([position, item]) => required(entry)(item, `${path}[${position}]`));
  };
}

export const textList: Reader<string[] | undefined> = list(filledText);

const maxMetadataKeys = 50;
const maxMetadataKeyLength = 40;
const maxMetadataValueLength = 500;

/** Changes to metadata: '' for a key removes it, '' for the whole removes all (https://docs.stripe.com/metadata). */
export const metadata: Reader<Record<string, string> | '' | undefined> = (value, path) => {
  if (value === undefined || value === '') return value;
  const changes: Record<string, string> = {};
  for (const [key, item] of Object.entries(node(value, path))) {
    if (typeof item !== 'string') {
      throw invalidRequest(`Invalid value type: metadata values must be strings (${path}[${key}]).`, {
        param: `${path}[${key}]`,
      });
    }
    if (key.length > maxMetadataKeyLength || item.length > maxMetadataValueLength) {
      throw invalidRequest(
        `Metadata keys are at most ${maxMetadataKeyLength} characters long, values ${maxMetadataValueLength}.`,
        { param: path },
      );
    }
    changes[key] = item;
  }
  return changes;
};

/** Metadata after a change. */
export function mergeMetadata(
  current: Record<string, string>,
  change: Record<string, string> | '' | undefined,
): Record<string, string> {
  if (change === '') return {};
  const merged = Object.fromEntries(
    Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''),
  );
  if (Object.keys(merged).length > maxMetadataKeys) {
    throw invalidRequest(`You cannot have more than ${maxMetadataKeys} metadata keys.`, {
      param: 'metadata',
    });
  }
  return merged;
}

/** A parameter Stripe knows and the sandbox takes without acting on it. */
export const ignored: Reader<unknown> = (value) => value;

export function required<T>(reader: Reader<T | undefined>): Reader<T> {
  return (value, path) => {
    const result = reader(value, path);
    if (result !== undefined) return result;
    throw missingParameter(path);
  };
}

export const requiredText: Reader<string> = required(filledText);
export const requiredAmount: Reader<number> = required(amount);

export function missingParameter(param: string): ApiError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

const addressFields = {
  city: text,
  country: text,
  line1: text,
  line2: text,
  postal_code: text,
  state: text,
};
const addressShape = shape(addressFields);

/** An address, or '' to unset it. */
export const address: Reader<Params<typeof addressFields> | '' | undefined> = (value, path) =>
  value === '' ? '' : addressShape(value, path);

/** What every list takes besides its own filters (https://docs.stripe.com/api/pagination). */
export const pageParams = {
  limit: integer,
  starting_after: filledText,
  ending_before: filledText,
};

const rangeShape = shape({ gt: integer, gte: integer, lt: integer, lte: integer });

/** `created=1700000000` or `created[gte]=1700000000`. */
export const timeRange: Reader<TimeRange | undefined> = (value, path) => {
  if (typeof value !== 'string') return rangeShape(value, path);
  const at = integer(value, path);
  return { gte: at, lte: at, gt: undefined, lt: undefined };
};

export interface TimeRange {
  gt: number | undefined;
  gte: number | undefined;
  lt: number | undefined;
  lte: number | undefined;
}

export function inRange(time: number, range: TimeRange | undefined): boolean {
  if (!range) return true;
  return (
    (range.gt === undefined || time > range.gt) &&
    (range.gte === undefined || time >= range.gte) &&
    (range.lt === undefined || time < range.lt) &&
    (range.lte === undefined || time <= range.lte)
  );
}
