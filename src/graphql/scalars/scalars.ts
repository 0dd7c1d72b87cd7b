import { GraphQLDateTimeISO, GraphQLJSONObject } from 'graphql-scalars';

export { GraphQLCredits } from './credits.js';
export { GraphQLSafeInt } from './safe-int.js';
export { GraphQLDateTimeISO, GraphQLJSONObject };

/** Only Date is inferred. A bigint could be credits or money, so each field names its scalar. */
export const scalarsMap = [{ type: Date, scalar: GraphQLDateTimeISO }];
