import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { formatCredits, type MicroCredits, parseCredits } from '../../platform/credits.js';
import { badInput } from '../../platform/errors.js';

/** Credits outside, bigint micro-credits inside: no float on either side. */
export const GraphQLCredits = new GraphQLScalarType<MicroCredits, string>({
  name: 'Credits',
  description:
    'An amount of credits: a decimal string with at most 6 fraction digits, e.g. "12.345678". ' +
    'As input, a string or an integer; anything else, or more digits, is refused with BAD_USER_INPUT.',
  serialize,
  parseValue: parseCredits,
  parseLiteral,
});

function serialize(value: unknown): string {
  if (typeof value !== 'bigint')
    throw new TypeError(`Credits are bigint micro-credits, not ${typeof value}.`);
  return formatCredits(value);
}

function parseLiteral(node: ValueNode): MicroCredits {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) return parseCredits(node.value);
  throw badInput('Credits must be an integer or a decimal string such as "12.345678".');
}
