import type { MicroCredits } from '../platform/credits.js';
import { badInput } from '../platform/errors.js';
import { maxHourlyRangeDays, maxSeriesPoints, maxSeriesRangeDays } from './limits.js';

/** The finest first; a series has one of them at most. */
export const timeDimensions = ['HOUR', 'DAY', 'MONTH'] as const;
export type TimeDimension = (typeof timeDimensions)[number];

export const usageDimensions = [...timeDimensions, 'MODEL', 'PROVIDER'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

export interface UsageTotals {
  readonly credits: MicroCredits;
  readonly calls: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

export interface UsagePoint extends UsageTotals {
  /** When its hour, day or month begins, in UTC; null where none is asked for. */
  readonly start: Date | null;
  /** Null where unknown, or not asked for. */
  readonly provider: string | null;
  readonly model: string | null;
}

export interface Grouping {
  readonly time: TimeDimension | null;
  readonly byProvider: boolean;
  readonly byModel: boolean;
}

const msPerHour = 3_600_000;
const msPerDay = 86_400_000;

/** @throws DomainError BAD_USER_INPUT where it names nothing, or more than one dimension of time. */
export function groupingOf(dimensions: readonly UsageDimension[]): Grouping {
  const times = timeDimensions.filter((dimension) => dimensions.includes(dimension));
  if (dimensions.length === 0) throw badInput('groupBy must name at least one dimension.');
  if (times.length > 1) throw badInput(`groupBy may name one of ${timeDimensions.join(', ')}.`);
  return {
    time: times[0] ?? null,
    byProvider: dimensions.includes('PROVIDER'),
    byModel: dimensions.includes('MODEL'),
  };
}

/** @throws DomainError BAD_USER_INPUT unless `from` is before `to`, and not too long. */
export function assertRange(from: Date, to: Date, { time }: Grouping): void {
  if (from >= to) throw badInput('from must be before to.');
  const maxDays = time === 'HOUR' ? maxHourlyRangeDays : maxSeriesRangeDays;
  if (to.getTime() - from.getTime() <= maxDays * msPerDay) return;
  throw badInput(`From ${from.toISOString()}, to must be at most ${maxDays} days later.`);
}

export const tooManyPoints = () =>
  badInput(`That would be more than ${maxSeriesPoints} points. Ask for less time, or for fewer dimensions.`);

/** The points in order: by start, provider and model, what is unknown last. By time alone, none is missing. */
export function seriesOf(
  found: readonly UsagePoint[],
  from: Date,
  to: Date,
  { time, byProvider, byModel }: Grouping,
): UsagePoint[] {
  if (time === null || byProvider || byModel) return found.toSorted(comparePoints);
  const byStart = new Map(found.map((point) => [point.start?.getTime(), point]));
  return startsOf(from, to, time).map(
    (start) => byStart.get(start.getTime()) ?? { start, provider: null, model: null, ...totalOf([]) },
  );
}

export function totalOf(points: readonly UsageTotals[]): UsageTotals {
  let [credits, calls, inputTokens, outputTokens] = [0n, 0n, 0n, 0n];
  for (const point of points) {
    credits += point.credits;
    calls += point.calls;
    inputTokens += point.inputTokens;
    outputTokens += point.outputTokens;
  }
  return { credits, calls, inputTokens: safeSum(inputTokens), outputTokens: safeSum(outputTokens) };
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** A sum of tokens that only nonsense in metadata can come to stays where JSON can carry it. */
export const safeSum = (sum: bigint): bigint => (sum < maxSafe ? sum : maxSafe);

/** The hours that lie in a range as a whole, and the others that have a part in it, by when they begin. */
export function splitByHour(from: Date, to: Date) {
  const [first, last] = [startOf(from, 'HOUR'), startOf(to, 'HOUR')];
  // In one hour there is none, and after the last hour that can be written no other.
  const whole = { from: first < from && first < last ? nextOf(first, 'HOUR') : first, to: last };
  const isPart = (hour: Date) => hour < to && (hour < from || nextOf(hour, 'HOUR') > to);
  const parts = (first < last ? [first, last] : [first]).filter(isPart);
  return { whole, parts };
}

/** Of every hour, day or month in UTC that has a part in the range. */
function startsOf(from: Date, to: Date, time: TimeDimension): Date[] {
  const starts: Date[] = [];
  for (let start = startOf(from, time); start < to; start = nextOf(start, time)) starts.push(start);
  return starts;
}

function startOf(at: Date, time: TimeDimension): Date {
  const start = new Date(at);
  if (time === 'MONTH') start.setUTCDate(1);
  if (time !== 'HOUR') start.setUTCHours(0);
  start.setUTCMinutes(0, 0, 0);
  return start;
}

function nextOf(start: Date, time: TimeDimension): Date {
  if (time === 'HOUR') return new Date(start.getTime() + msPerHour);
  if (time === 'DAY') return new Date(start.getTime() + msPerDay);
  const next = new Date(start);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next;
}

function comparePoints(a: UsagePoint, b: UsagePoint): number {
  const [startOfA, startOfB] = [a.start?.getTime() ?? 0, b.start?.getTime() ?? 0];
  return startOfA - startOfB || compareNames(a.provider, b.provider) || compareNames(a.model, b.model);
}

function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
