import { daysBefore } from '../platform/clock.js';

/** A day in UTC, e.g. "2026-01-15". */
export type Day = string;

export const dayOf = (instant: Date): Day => instant.toISOString().slice(0, 'YYYY-MM-DD'.length);
export const startOf = (day: Day): Date => new Date(`${day}T00:00:00.000Z`);
export const dayAfter = (day: Day): Day => dayOf(daysBefore(startOf(day), -1));

/** From the day of one instant to the day of another, oldest first. */
export function daysBetween(from: Date, until: Date): Day[] {
  const days: Day[] = [];
  for (let day = dayOf(from); day <= dayOf(until); day = dayAfter(day)) days.push(day);
  return days;
}
