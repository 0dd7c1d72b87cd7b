import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSoundBooks } from '../../support/invariants.js';
import { BreakableService } from './breakable-service.js';
import type { InThisProcess } from './in-this-process.js';
import { atEvery, expectedOf, run, unbrokenRun } from './run.js';
import { restOf, scenarios } from './scenarios.js';

const testTimeoutMs = 120_000;
/** At how many exchanges each operation is cut off: all with CRASH_EVERY=1, by default one of so many. */
const crashEvery = Number(process.env.CRASH_EVERY ?? 9);

let service: BreakableService<InThisProcess>;
beforeAll(async () => {
  service = await BreakableService.start();
});
afterAll(() => service.close());

/**
 * "After the n-th exchange" and "before the next one" leave the world the same, but not the process, which may
 * do something about it. So that each is met, those that ask again are cut off before, those that do not, after.
 */
describe.each(scenarios)('$name', (scenario) => {
  const when = scenario.repeated ? 'before' : 'after';
  it(
    `leaves the same wherever it is cut off, ${restOf(scenario)}`,
    async () => {
      const uncut = await unbrokenRun(service, scenario);
      const cuts = await atEvery(crashEvery, uncut.exchanges, async (atExchange) => {
        const cut = await run(service, scenario, { atExchange, when });
        const expected = expectedOf(scenario, cut, uncut);
        expect({ atExchange, outcome: cut.outcome }).toEqual({ atExchange, outcome: expected });
        return cut.broke;
      });
      expect(cuts).toBeGreaterThan(0);
      await expectSoundBooks(service.database);
    },
    testTimeoutMs,
  );
});
