import { type CursorCodec, cursorCodec, cursorPatterns } from './cursor.js';

/** A place in a list whose items are in the order of instants and, within one, of numbers. */
export interface ChronologicalPosition {
  readonly at: Date;
  readonly seq: bigint;
}

/** Cursors of such a list; see `cursorCodec`. */
export function chronologicalCursors(list: string, version: number): CursorCodec<ChronologicalPosition> {
  const cursors = cursorCodec(list, version, {
    milliseconds: cursorPatterns.milliseconds,
    seq: cursorPatterns.integer,
  });
  return {
    encode: ({ at, seq }) => cursors.encode({ milliseconds: `${at.getTime()}`, seq: `${seq}` }),
    decode(cursor) {
      const { milliseconds, seq } = cursors.decode(cursor);
      return { at: new Date(Number(milliseconds)), seq: BigInt(seq) };
    },
  };
}
