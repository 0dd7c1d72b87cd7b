import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseValue as literal } from 'graphql';
import {
  GraphQLCredits,
  GraphQLDateTimeISO,
  GraphQLJSONObject,
  GraphQLSafeInt,
} from '../../src/graphql/scalars/scalars.js';
import { maxMicroCredits } from '../../src/platform/credits.js';

const badInput = expect.objectContaining({ code: 'BAD_USER_INPUT' });
const failureOf = (run: () => unknown): unknown => {
  try {
    return { returned: run() };
  } catch (error) {
    return error;
  }
};

describe('Credits', () => {
  const amounts = fc.bigInt({ min: -maxMicroCredits, max: maxMicroCredits });

  it('comes back from its own text, as a variable and as a literal', () => {
    fc.assert(
      fc.property(amounts, (micro) => {
        const text = GraphQLCredits.serialize(micro);
        expect(GraphQLCredits.parseValue(text)).toBe(micro);
        expect(GraphQLCredits.parseLiteral(literal(JSON.stringify(text)), {})).toBe(micro);
      }),
    );
  });

  it('never shows more than 6 fraction digits, nor trailing zeros', () => {
    fc.assert(
      fc.property(amounts, (micro) => {
        expect(GraphQLCredits.serialize(micro)).toMatch(/^-?\d+(\.\d{0,5}[1-9])?$/);
      }),
    );
  });

  it('reads integers as whole credits', () => {
    fc.assert(
      fc.property(fc.integer(), (credits) => {
        const micro = BigInt(credits) * 1_000_000n;
        expect(GraphQLCredits.parseValue(credits)).toBe(micro);
        expect(GraphQLCredits.parseLiteral(literal(String(credits)), {})).toBe(micro);
      }),
    );
  });

  it.each([1.5, '1.2345678', '1e3', '', ' 1', 'abc', '.5', true, null, {}, [], Number.NaN, 2 ** 53])(
    'refuses %p as a variable',
    (value) => {
      expect(failureOf(() => GraphQLCredits.parseValue(value))).toEqual(badInput);
    },
  );

  it.each(['1.5', '1e3', 'true', '"1.2345678"', '[1]', '{a: 1}', 'ENUM', '99999999999999999999'])(
    'refuses the literal %s',
    (text) => {
      expect(failureOf(() => GraphQLCredits.parseLiteral(literal(text), {}))).toEqual(badInput);
    },
  );

  it('does not serialize what is no bigint', () => {
    expect(() => GraphQLCredits.serialize(5)).toThrow(TypeError);
  });
});

describe('SafeInt', () => {
  const integers = fc.maxSafeInteger();

  it('carries every integer JSON can, as a bigint inside', () => {
    fc.assert(
      fc.property(integers, (integer) => {
        expect(GraphQLSafeInt.serialize(BigInt(integer))).toBe(integer);
        expect(GraphQLSafeInt.serialize(integer)).toBe(integer);
        expect(GraphQLSafeInt.parseValue(integer)).toBe(BigInt(integer));
        expect(GraphQLSafeInt.parseLiteral(literal(String(integer)), {})).toBe(BigInt(integer));
      }),
    );
  });

  it.each([2 ** 53, -(2 ** 53), 0.5, '5', true, null, 2n ** 53n])('refuses %p as a variable', (value) => {
    expect(failureOf(() => GraphQLSafeInt.parseValue(value))).toEqual(badInput);
  });

  it.each(['9007199254740992', '-9007199254740992', '1.0', '"5"'])('refuses the literal %s', (text) => {
    expect(failureOf(() => GraphQLSafeInt.parseLiteral(literal(text), {}))).toEqual(badInput);
  });

  it.each([2n ** 53n, -(2n ** 53n), 0.5, '5'])('does not serialize %p', (value) => {
    expect(() => GraphQLSafeInt.serialize(value)).toThrow(RangeError);
  });
});

it('has the names that clients rely on', () => {
  const scalars = [GraphQLCredits, GraphQLSafeInt, GraphQLDateTimeISO, GraphQLJSONObject];
  expect(scalars.map(({ name }) => name)).toEqual(['Credits', 'SafeInt', 'DateTimeISO', 'JSONObject']);
});
