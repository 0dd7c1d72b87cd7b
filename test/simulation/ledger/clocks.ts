import type { Clock } from '../../../src/platform/clock.js';

/** A process's clock: it stands still or ticks at every look, and is set anew for every round. */
export class TickingClock implements Clock {
  #now: number;
  #tickMs = 0;
  /** Instants that it has told; null where it may tell one twice. */
  readonly #told: Set<number> | null;

  /** @param unique never tell an instant twice, so that ids, which begin with it, have the same order in every run. */
  constructor(now: number, unique: boolean) {
    this.#now = now;
    this.#told = unique ? new Set() : null;
  }

  set(now: number, tickMs: number): void {
    this.#now = now;
    this.#tickMs = tickMs;
  }

  now(): Date {
    while (this.#told?.has(this.#now)) this.#now += 1;
    const told = this.#now;
    this.#told?.add(told);
    this.#now += this.#tickMs;
    return new Date(told);
  }
}
