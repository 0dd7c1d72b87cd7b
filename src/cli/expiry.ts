import { UsageError } from './usage-error.js';

const msPerHour = 3_600_000;
const msPer = { h: msPerHour, d: 24 * msPerHour } as const;

const duration = /^(\d{1,6})([hd])$/;
/** A date, or a date and a time with its offset from UTC; without one it would depend on this machine. */
const isoInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * The instant that "90d", "12h", "2027-01-31" (midnight UTC) or "2027-01-31T12:00:00Z" means.
 * @throws UsageError for anything else.
 */
export function parseExpiry(text: string, now: Date): Date {
  const [, count, unit] = duration.exec(text) ?? [];
  if (count !== undefined && (unit === 'h' || unit === 'd')) {
    return new Date(now.getTime() + Number(count) * msPer[unit]);
  }
  if (!isoInstant.test(text) || !isCalendarDay(text.slice(0, 'yyyy-mm-dd'.length))) throw malformed();
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw malformed();
  return date;
}

/** February 30 is none, though Date reads it as March 2. */
function isCalendarDay(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const malformed = () =>
  new UsageError('--expires is a duration such as 90d or 12h, or a date such as 2027-01-31 (UTC).');
