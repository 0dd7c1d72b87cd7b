const msPerSecond = 1_000;
/** From this attempt on the pauses are no longer longer than the one before. */
const lastGrowingAttempt = 10;

/**
 * When an event is due again whose attempt, counted from 1, failed now. graphile-worker decides it, as e^attempts
 * seconds and e^10, six hours, at the most (https://worker.graphile.org/docs/exponential-backoff); this says it to people.
 */
export function nextAttemptAfter(attempt: number, now: Date): Date {
  const pauseSeconds = Math.exp(Math.min(attempt, lastGrowingAttempt));
  return new Date(now.getTime() + Math.round(pauseSeconds * msPerSecond));
}
