import type { Log } from '../platform/log.js';
import { failDebit, settleDebit } from './resources/debit-flow.js';
import { failRefund, settleRefund } from './resources/refunds.js';
import type { PendingOutcome } from './traits.js';
import type { World } from './world.js';

/** Ends bank debits and refunds that are on their way, after a while of real time. */
export class Outcomes {
  readonly #world: World;
  readonly #log: Log;
  readonly #delayMs: number | null;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** `delayMs` null: they end only when a test says so. */
  constructor(world: World, log: Log, delayMs: number | null) {
    this.#world = world;
    this.#log = log;
    this.#delayMs = delayMs;
  }

  /** Takes up what an earlier process left pending. */
  resume(): void {
    for (const pending of this.#world.store.all('pending_outcome')) this.expect(pending);
  }

  expect(pending: PendingOutcome): void {
    if (this.#delayMs === null) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#end(pending.id);
    }, this.#delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #end(id: string): void {
    const pending = this.#world.store.get('pending_outcome', id);
    if (!pending) return;
    try {
      endNow(this.#world, pending);
    } catch (error) {
      this.#log.error({ err: error, id }, 'sandbox: a pending outcome could not end');
    }
    this.#world.store.commit();
  }
}

function endNow(world: World, { id, outcome, failureCode }: PendingOutcome): void {
  const isRefund = id.startsWith('re_');
  if (outcome === 'succeed') isRefund ? settleRefund(world, id) : settleDebit(world, id);
  else isRefund ? failRefund(world, id, failureCode) : failDebit(world, id, failureCode);
}
