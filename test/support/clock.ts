import type { Clock } from '../../src/platform/clock.js';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now: number;

  constructor(now: Date | string = '2026-01-15T12:00:00.000Z') {
    this.#now = new Date(now).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** @param milliseconds may be negative. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  set(now: Date | string): void {
    this.#now = new Date(now).getTime();
  }
}
