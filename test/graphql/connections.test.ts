import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cursorCodec, cursorPatterns } from '../../src/graphql/connections/cursor.js';
import { checkedPageSize, maxPageSize, pageOf } from '../../src/graphql/connections/page.js';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });
const failureOf = (run: () => unknown): unknown => {
  try {
    return { returned: run() };
  } catch (error) {
    return error;
  }
};

const fields = { at: cursorPatterns.integer, id: cursorPatterns.uuid };
const codec = cursorCodec('history', 1, fields);
const positions = fc.record({ at: fc.maxSafeInteger().map(String), id: fc.uuid() });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('cursors', () => {
  it('come back as the position they were made from, and fit into a URL', () => {
    fc.assert(
      fc.property(positions, (position) => {
        const cursor = codec.encode(position);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(codec.decode(cursor)).toEqual(position);
      }),
    );
  });

  it('refuse whatever was not issued', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(encoded)), (text) => {
        expect(failureOf(() => codec.decode(text))).toEqual(badInput);
      }),
    );
  });

  const id = '0190a5b4-7c1e-7000-8000-000000000000';
  it.each([
    ['of another list', cursorCodec('payments', 1, fields).encode({ at: '1', id })],
    ['of another version', cursorCodec('history', 2, fields).encode({ at: '1', id })],
    ['with a forged id', encoded(['history', 1, '1', "' OR 1=1"])],
    ['with a forged number', encoded(['history', 1, '99999999999999999999', id])],
    ['with a number for a string', encoded(['history', 1, 1, id])],
    ['with a part missing', encoded(['history', 1, '1'])],
    ['with a part too many', encoded(['history', 1, '1', id, 'x'])],
    ['with junk behind it', `${codec.encode({ at: '1', id })}!!`],
    ['too long', 'a'.repeat(513)],
    ['empty', ''],
  ])('refuse one %s', (_case, cursor) => {
    expect(failureOf(() => codec.decode(cursor))).toEqual(badInput);
  });
});

describe('pages', () => {
  it.each([0, -1, maxPageSize + 1, 1.5, Number.NaN])('cannot have %p items', (first) => {
    expect(failureOf(() => checkedPageSize(first))).toEqual(badInput);
  });

  it.each([1, maxPageSize])('can have %p items', (first) => {
    expect(checkedPageSize(first)).toBe(first);
  });

  it('hold at most `first` items, and say whether there is more', () => {
    const items = fc.array(fc.nat(), { maxLength: 12 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 12 }), (all, first) => {
        const page = pageOf({ found: all.slice(0, first + 1), first, after: null, cursorOf: String });
        expect(page.nodes).toEqual(all.slice(0, first));
        expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
        expect(page.pageInfo).toMatchObject({
          hasNextPage: all.length > first,
          hasPreviousPage: false,
          startCursor: page.nodes.length > 0 ? String(page.nodes[0]) : null,
          endCursor: page.nodes.length > 0 ? String(page.nodes.at(-1)) : null,
        });
      }),
    );
  });

  it('go on from where the search for them was given up, unless they are full', () => {
    const source = { first: 2, after: null, givenUpAt: 'x', cursorOf: String };
    const empty = { hasNextPage: true, startCursor: null, endCursor: 'x' };
    expect(pageOf({ ...source, found: [] }).pageInfo).toMatchObject(empty);
    const short = { hasNextPage: true, startCursor: '1', endCursor: 'x' };
    expect(pageOf({ ...source, found: [1] }).pageInfo).toMatchObject(short);
    expect(pageOf({ ...source, found: [1, 2] }).pageInfo).toMatchObject(short);
    const full = { hasNextPage: true, startCursor: '1', endCursor: '2' };
    expect(pageOf({ ...source, found: [1, 2, 3] }).pageInfo).toMatchObject(full);
  });

  it('have a page before them when reached by a cursor', () => {
    const { pageInfo } = pageOf({ found: [], first: 1, after: 'x', cursorOf: String });
    expect(pageInfo.hasPreviousPage).toBe(true);
  });
});
