/** As the database's rate_versions_provider_check. Lower case only, so that one provider is not written in two ways. */
export const providerPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** As the database's rate_versions_model_check: what providers call their models, paths and tags included. */
export const modelPattern = /^[A-Za-z0-9@][A-Za-z0-9@._:/+-]{0,199}$/;
export const maxNoteChars = 500;
/** A year: what is scheduled later than that is a typing error. */
export const maxScheduleDays = 366;
/** How many rates one lookup finds: as many as the gateway reports calls at once. */
export const maxWantedRates = 1_000;
/** Of one kind in one call. No model takes or gives so many. */
export const maxTokens = 1_000_000_000_000n;
