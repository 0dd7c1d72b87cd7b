import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO as Base } from 'graphql-scalars';

/** A Date inside, as graphql-scalars reads and writes it. */
export const GraphQLDateTimeISO = new GraphQLScalarType<Date, string>({
  ...Base.toConfig(),
  description:
    'An instant in UTC, in ISO 8601 with milliseconds: "2030-01-31T09:30:00.000Z". ' +
    'As input, it may have any offset (RFC 3339).',
});
