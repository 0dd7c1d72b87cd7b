import { badInput } from '../../platform/errors.js';
import { uuidPattern } from '../../platform/ids.js';

/** Longer ones were not issued by us, and are refused before they are decoded. */
const maxCursorChars = 512;

/** What a field of a position may look like, so that a forged cursor never reaches SQL. */
export const cursorPatterns = {
  uuid: uuidPattern,
  integer: /^-?\d{1,18}$/,
  /** An instant after 1970, in milliseconds; with more digits it might be none that a Date or PostgreSQL can hold. */
  milliseconds: /^\d{1,14}$/,
} as const;

export interface CursorCodec<Position> {
  encode(position: Position): string;
  /** @throws DomainError BAD_USER_INPUT for anything that `encode` of the same list and version did not return. */
  decode(cursor: string): Position;
}

/**
 * Cursors of one list: its name, the version of its order and the position's fields, as base64url of JSON.
 * Raise `version` whenever the list's order changes; older cursors are then refused instead of misread.
 */
export function cursorCodec<Field extends string>(
  list: string,
  version: number,
  patterns: Readonly<Record<Field, RegExp>>,
): CursorCodec<Readonly<Record<Field, string>>> {
  const fields = Object.entries<RegExp>(patterns) as [Field, RegExp][];
  return {
    encode(position) {
      const parts = fields.map(([field]) => position[field]);
      return Buffer.from(JSON.stringify([list, version, ...parts])).toString('base64url');
    },
    decode(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Decoding passes over what is not base64url, so that many texts would be one cursor.
      if (cursor.length > maxCursorChars || bytes.toString('base64url') !== cursor) throw badCursor();
      const [ownList, ownVersion, ...parts] = read(bytes);
      const valid =
        ownList === list &&
        ownVersion === version &&
        parts.length === fields.length &&
        fields.every(([, pattern], i) => typeof parts[i] === 'string' && pattern.test(parts[i]));
      if (!valid) throw badCursor();
      return Object.fromEntries(fields.map(([field], i) => [field, parts[i]])) as Record<Field, string>;
    },
  };
}

function read(bytes: Buffer): unknown[] {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (Array.isArray(value)) return value;
  } catch {
    throw badCursor();
  }
  throw badCursor();
}

const badCursor = () =>
  badInput('This cursor is not one of this list. Pass `endCursor` of the page before it, unchanged.');
