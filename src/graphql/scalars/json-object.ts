import { GraphQLScalarType } from 'graphql';
import { GraphQLJSONObject as Base } from 'graphql-scalars';

export const GraphQLJSONObject = new GraphQLScalarType({
  ...Base.toConfig(),
  description: 'Any JSON object, e.g. {"model": "large", "tokens": 1200}. It is stored and shown as it came.',
});
