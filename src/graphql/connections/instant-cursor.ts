import type { InstantPosition } from '../../platform/database/instant-position.js';
import { type CursorCodec, cursorCodec, cursorPatterns } from './cursor.js';

/** Cursors of a list in the order of instants and, within one, of ids; see `cursorCodec`. */
export function instantCursors(list: string, version: number, id: RegExp): CursorCodec<InstantPosition> {
  const cursors = cursorCodec(list, version, { milliseconds: cursorPatterns.milliseconds, id });
  return {
    encode: (place) => cursors.encode({ milliseconds: `${place.at.getTime()}`, id: place.id }),
    decode(cursor) {
      const { milliseconds, id } = cursors.decode(cursor);
      return { at: new Date(Number(milliseconds)), id };
    },
  };
}
