import { GraphQLDateTimeISO } from './date-time.js';

export { GraphQLCredits } from './credits.js';
export { GraphQLDateTimeISO } from './date-time.js';
export { GraphQLJSONObject } from './json-object.js';
export { GraphQLSafeInt } from './safe-int.js';

/** Only Date is inferred. A bigint could be credits or money, so each field names its scalar. */
export const scalarsMap = [{ type: Date, scalar: GraphQLDateTimeISO }];
