/**
 * What one GraphQL request may ask for. Generous for people and for the clients we know, whose largest
 * operations use about a third of each; GraphiQL's introspection query fits as well.
 */
export const maxBodyBytes = 1_000_000;
/** Requests at once, per process, whose bodies are on their way, and those that have arrived and are not answered. */
export const arrivals = { max: 2_000, maxPerAddress: 500 };
export const maxRequestsInFlight = 2_000;
export const maxDocumentChars = 20_000;
export const maxTokens = 2_000;
/** Fields within fields, from the operation down. Introspection has its own bound in graphql-js. */
export const maxDepthLevels = 10;
export const maxAliases = 30;
export const maxDirectives = 20;
/** Root fields are what starts work: queries run theirs in parallel, mutations one transaction each. */
export const maxRootFields = 20;
/** In fields resolved, as `cost.ts` estimates them. */
export const maxCostFields = 10_000;
/** Objects and lists within each other in variables: no input type needs more than four, metadata may. */
export const maxInputDepthLevels = 32;
/** Validation stops after so many errors. */
export const maxValidationErrors = 20;
/** Coercion of variables stops after so many errors. */
export const maxCoercionErrors = 20;
