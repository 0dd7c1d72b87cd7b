import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { freePort } from '../src/platform/free-port.js';
import { type BuiltCli, builtCli, type Finished } from './cli/built-cli.js';
import { FakeClock } from './support/clock.js';
import { startTestService, type TestService } from './support/service.js';

jest.setTimeout(90_000);

/** The story needs time to pass: of two purchases, the older one is spent first. */
class RunningClock extends FakeClock {
  override now(): Date {
    return new Date();
  }
}

let service: TestService;
let demo: BuiltCli;
beforeAll(async () => {
  [service, demo] = await Promise.all([
    startTestService({ clock: new RunningClock() }),
    builtCli('src/cli/demo/main.js'),
  ]);
});
afterAll(() => Promise.all([service.close(), demo.remove()]));

const runDemo = (url: string, ...more: string[]): Promise<Finished> =>
  demo.run({}, '--url', url, '--stripe-url', service.sandbox.url, ...more);

it('tells the whole story, twice on the same server', async () => {
  for (const _time of ['first', 'second']) {
    const { exitCode, stdout, stderr } = await runDemo(service.url);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const steps = stdout.split('\n').filter((line) => /^\d+\. /.test(line));
    expect(steps).toHaveLength(11);
    expect(steps[0]).toBe('1. Anyone lists the packages');
    expect(steps.at(-1)).toBe("11. The customer's history, newest first");
    expect(stdout).toContain('✓ balance: {"available":"337.5","owed":"0"}');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Every step went as it must.');
    await service.settle();
  }
});

it('explains itself', async () => {
  const { exitCode, stdout } = await runDemo(service.url, '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('--stripe-url');
});

it('says which key the server refused', async () => {
  const { exitCode, stderr } = await runDemo(service.url, '--admin-key', 'wrong');
  expect(exitCode).toBe(1);
  expect(stderr).toBe('\n✗ The server refused: Send a valid API key as "Authorization: Bearer <API key>".\n');
});

it('stops at the step that differs, and says how: other prices', async () => {
  await service.database.query(
    `update credit_package_prices set valid_to = now() where package_id = 'credits_500' and valid_to is null`,
  );
  await service.database.query(
    `insert into credit_package_prices (id, package_id, amount, currency, valid_from)
     values (gen_random_uuid(), 'credits_500', 4999, 'USD', now())`,
  );
  const { exitCode, stdout, stderr } = await runDemo(service.url);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^\n✗ amounts and prices: expected ".*500 for \$45\.00, .*", but it is ".*500 for \$49\.99, .*"\.\n$/,
  );
  expect(stdout).not.toContain('2. ');
});

it('says that no server answers', async () => {
  const { exitCode, stdout, stderr } = await runDemo(`http://127.0.0.1:${await freePort()}`);
  expect(exitCode).toBe(1);
  expect(stdout).not.toContain('✓');
  expect(stderr).toBe('\n✗ The server cannot be reached. Start it with "npm start" and try again.\n');
});
