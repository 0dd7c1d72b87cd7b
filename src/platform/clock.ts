/** The only source of time. Everything that asks "now?" asks a Clock, so that a test can move it. */
export interface Clock {
  /** The present instant (UTC). */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
