/** Stripe lists events for so long: https://docs.stripe.com/api/events/list */
export const eventLifetimeDays = 30;
/** Stripe lists events only a moment after they are dated, and its clock is not ours: so much is read again. */
export const eventOverlapMs = 60 * 60_000;
/** An event that is younger is most likely on its way to the webhook. */
export const eventSettlingMs = 60_000;
/** What is kept in memory at once. */
export const maxEventsPerWindow = 2_000;
/** What is beyond it waits for the next run. */
export const maxEventsPerRun = 20_000;

/** Whoever has just begun to pay is left alone. */
export const openSettlingMs = 10 * 60_000;
/** For so long after its creation a payment that nobody has paid yet is asked for; then only its event tells. */
export const unpaidLookbackDays = 3;
/** Bank debits and refunds on their way take days: https://docs.stripe.com/payments/ach-direct-debit#timing */
export const pendingLookbackDays = 30;
/** A bank may take months to decide: https://docs.stripe.com/disputes/how-disputes-work */
export const disputeLookbackDays = 180;
/** Of payments, of refunds, and of disputes; the ones on their way first, then the newest. */
export const maxOpenPerRun = 1_000;
/** Calls to Stripe; its own limit is 100 per second for everybody: https://docs.stripe.com/rate-limits */
export const syncsAtOnce = 4;

/** Younger movements may be ahead of their webhook. */
export const movementSettlingMs = 5 * 60_000;
/** A captured charge may have no balance transaction for so long: https://docs.stripe.com/payments/payment-intents/asynchronous-capture */
export const captureLagMs = 2 * 60 * 60_000;
/** How far the first run looks back; later ones go on where the last one ended. */
export const firstLookbackDays = 30;
/** Days that agreed are compared once more, the day after, for what was late. */
export const overlapDays = 1;
/** What is kept in memory at once; a day that has more is compared part by part. */
export const maxMovementsAtOnce = 20_000;
/** Of days that are new, and of days that are compared again; those beyond it are left to the next run. */
export const maxMovementsPerRun = 100_000;
/** Of what is in our books and was not among the movements of its time, so many are looked up at Stripe one by one. */
export const maxLookupsAtOnce = 1_000;
/** Objects that Stripe is asked for again because they differ. */
export const maxHealsAtOnce = 1_000;

/** So many are kept of a report's differences, and one of each day beyond it; the others are counted. */
export const maxDifferencesKept = 200;
export const maxTotalsKept = 1_000;
