/** The only source of time. Everything that asks "now?" asks a Clock, so that a test can move it. */
export interface Clock {
  /** The present instant (UTC). */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const msPerDay = 86_400_000;

/** The instant that is so many days of 24 hours before another. */
export const daysBefore = (instant: Date, days: number): Date =>
  new Date(instant.getTime() - days * msPerDay);
