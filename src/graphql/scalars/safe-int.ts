import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badInput } from '../../platform/errors.js';

/** An integer that JSON and JavaScript carry exactly. It is a bigint inside, as every amount of money is. */
export const GraphQLSafeInt = new GraphQLScalarType<bigint, number>({
  name: 'SafeInt',
  description:
    'A whole number between -9007199254740991 and 9007199254740991 (2^53 - 1), which JSON carries exactly. ' +
    'Amounts of money are given in it, in minor units (cents for USD).',
  serialize,
  parseValue,
  parseLiteral,
});

const minSafe = BigInt(Number.MIN_SAFE_INTEGER);
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

function serialize(value: unknown): number {
  const number = typeof value === 'bigint' && value >= minSafe && value <= maxSafe ? Number(value) : value;
  if (Number.isSafeInteger(number)) return number as number;
  throw new RangeError('SafeInt cannot represent a value that is no integer within ±(2^53 - 1).');
}

function parseValue(value: unknown): bigint {
  if (typeof value === 'bigint') return inRange(value);
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  throw outOfRange();
}

function parseLiteral(node: ValueNode): bigint {
  if (node.kind !== Kind.INT) throw outOfRange();
  return inRange(BigInt(node.value));
}

function inRange(value: bigint): bigint {
  if (value < minSafe || value > maxSafe) throw outOfRange();
  return value;
}

const outOfRange = () => badInput('A SafeInt must be a whole number within ±9007199254740991.');
