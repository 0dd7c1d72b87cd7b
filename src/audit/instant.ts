/** Microseconds since 1970 in UTC, which is how exactly PostgreSQL stores an instant; NaN for none that it can show as a date. */
export type Instant = number;

/** As PostgreSQL writes a timestamptz where the time zone is UTC. */
const written = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;
const microsPerMilli = 1_000;
const fractionDigits = 6;

/** A text that is no instant, such as "infinity", is NaN, which equals nothing. */
export function instantOf(text: string): Instant {
  const [, day, time, fraction = ''] = written.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  return Date.parse(`${day}T${time}Z`) * microsPerMilli + Number(fraction.padEnd(fractionDigits, '0'));
}

/** The millisecond it lies in. */
export const dateOf = (instant: Instant): Date => new Date(Math.floor(instant / microsPerMilli));

/** Whether the millisecond says all: no Date of ours is finer. */
export const isWholeMillis = (instant: Instant): boolean => instant % microsPerMilli === 0;

/** ISO 8601, with as many digits as it takes. */
export function formatInstant(instant: Instant): string {
  if (Number.isNaN(instant)) return 'no instant';
  const iso = dateOf(instant).toISOString();
  if (isWholeMillis(instant)) return iso;
  const micros = String(instant % microsPerMilli).padStart(3, '0');
  return iso.replace('Z', `${micros}Z`);
}
