import { GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO as Base } from 'graphql-scalars';
import { badInput } from '../../platform/errors.js';

const { parseValue, parseLiteral, ...base } = Base.toConfig();

/** Four digits is what ISO 8601 has for a year without further agreement; an offset may lead beyond them. */
const maxYear = 9_999;

/** A Date inside, as graphql-scalars reads and writes it, within the years that can be written. */
export const GraphQLDateTimeISO = new GraphQLScalarType<Date, string>({
  ...base,
  description:
    'An instant in UTC, in ISO 8601 with milliseconds: "2030-01-31T09:30:00.000Z". ' +
    'As input, it may have any offset (RFC 3339).',
  parseValue: (value: unknown) => inRange(parseValue(value)),
  parseLiteral: (node: ValueNode) => inRange(parseLiteral(node, null)),
});

function inRange(date: Date): Date {
  const year = date.getUTCFullYear();
  if (year >= 1 && year <= maxYear) return date;
  throw badInput(`An instant must lie in the years 1 to ${maxYear}, in UTC.`);
}
