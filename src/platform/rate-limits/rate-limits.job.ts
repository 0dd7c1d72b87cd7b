import type { Task } from 'graphile-worker';
import type { Clock } from '../clock.js';
import { windowMs } from './budgets.js';
import type { RateWindowStore } from './rate-window.store.js';

export const purgeRateLimitsTask = 'purge_rate_limits';
/** Longer than clocks of processes may differ. */
const keptWindows = 10;

/** Forgets keys and addresses that nobody has counted lately. */
export const purgeRateLimitsJob =
  (store: RateWindowStore, clock: Clock): Task =>
  () =>
    store.purge(new Date(clock.now().getTime() - keptWindows * windowMs));
