import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSoundBooks } from '../../support/invariants.js';
import { BreakableService } from './breakable-service.js';
import { InChildProcesses } from './in-child-processes.js';
import { atEvery, expectedOf, run, unbrokenRun } from './run.js';
import { restOf, scenarios } from './scenarios.js';

const testTimeoutMs = 1_800_000;
/**
 * An operation has two steps per exchange: it is about to ask, and it was answered and does not know it yet. At how
 * many of them the process is killed: all with KILL_EVERY=1, by default one of so many.
 */
const killEvery = Number(process.env.KILL_EVERY ?? 23);

let service: BreakableService<InChildProcesses>;
let steps = 0;
let met = 0;
let differences = 0;
beforeAll(async () => {
  service = await BreakableService.startIn((surroundings) => InChildProcesses.start(surroundings));
});
afterAll(async () => {
  process.stdout.write(
    `Killed ${service.host.kills} times at ${met} of ${steps} steps of ${scenarios.length} operations; ` +
      `each done once at Stripe, or not at all; differences ${differences}.\n`,
  );
  await service.close();
});

describe.each(scenarios)('$name', (scenario) => {
  it(
    `leaves the same wherever its process is killed, ${restOf(scenario)}`,
    async () => {
      const unharmed = await unbrokenRun(service, scenario);
      steps += 2 * unharmed.exchanges;
      const times = await atEvery(killEvery, 2 * unharmed.exchanges, async (step) => {
        const when = step % 2 === 1 ? 'before' : 'after';
        const killed = await run(service, scenario, { atExchange: Math.ceil(step / 2), when });
        const expected = expectedOf(scenario, killed, unharmed);
        if (!isDeepStrictEqual(killed.outcome, expected)) differences += 1;
        expect({ step, outcome: killed.outcome }).toEqual({ step, outcome: expected });
        return killed.broke;
      });
      expect(times).toBeGreaterThan(0);
      met += times;
      await expectSoundBooks(service.database);
    },
    testTimeoutMs,
  );
});
