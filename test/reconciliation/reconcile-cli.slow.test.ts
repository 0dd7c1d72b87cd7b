import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { projectRoot } from '../../src/platform/http/project-files.js';
import { type BuiltCli, builtCli } from '../cli/built-cli.js';
import { expectSoundBooks } from '../support/invariants.js';
import { newCustomer, pay, startPurchase, type TestCustomer } from '../support/purchase.js';
import { available, hourMs, type ReconcilingService, startDeafService } from './reconciling.js';

/** Processes start slowly on a machine that is busy with other tests. */
jest.setTimeout(120_000);

let service: ReconcilingService;
let built: BuiltCli;
let customer: TestCustomer;
let env: Record<string, string>;

/** The command line goes by the wall clock, so the payment has to be of two hours ago by that. */
beforeAll(async () => {
  built = await builtCli();
  service = await startDeafService();
  const { clock, sandbox, config, database } = service;
  const now = new Date(Date.now());
  clock.set(new Date(now.getTime() - 2 * hourMs));
  customer = await newCustomer(service);
  await pay(service, await startPurchase(customer, 500));
  clock.set(now);
  env = {
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: sandbox.secretKey,
    STRIPE_PUBLISHABLE_KEY: sandbox.publishableKey,
    STRIPE_WEBHOOK_SECRET: config.stripe.webhookSecrets[0] ?? '',
    STRIPE_API_BASE: sandbox.url,
  };
});
afterAll(async () => {
  await service.close();
  await built.remove();
});

const statuses = async () =>
  (
    await service.database.query<{ status: string }>('select status from reconciliations order by started_at')
  ).map(({ status }) => status);

it('is killed in the middle, run again by another, and in agreement then', async () => {
  const stuck = service.sandbox.faults.api({ fault: 'timeout', path: '/v1/balance_transactions' });
  const main = join(projectRoot, 'dist', 'src', 'cli', 'main.js');
  const killed = spawn(process.execPath, [main, 'reconcile'], { cwd: built.directory, env, stdio: 'ignore' });
  const exit = once(killed, 'exit');
  while (stuck.hits() === 0) await new Promise((wake) => setTimeout(wake, 20));
  expect(await statuses()).toEqual(['RUNNING']);
  expect(await service.reconciler.isRunning()).toBe(true);
  const refused = await built.run(env, 'reconcile');
  expect(refused).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('Another reconciliation is running'),
  });
  killed.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
  stuck.remove();
  while (await service.reconciler.isRunning()) await new Promise((wake) => setTimeout(wake, 20));

  const { exitCode, stdout, stderr } = await built.run(env, 'reconcile');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^Status +AGREED$/m);
  expect(await statuses()).toEqual(['FAILED', 'AGREED']);
  expect(await available(customer)).toBe(500);
  await expectSoundBooks(service.database);
});

it('heals nothing the next time, and says so as JSON', async () => {
  const { exitCode, stdout } = await built.run(env, 'reconcile', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ran: true,
    healed: 0,
    status: 'AGREED',
    trigger: 'COMMAND_LINE',
  });
});

it('names what differs, with exit code 1', async () => {
  await service.database.query('update payments set amount = amount + 5');
  const { exitCode, stdout } = await built.run(env, 'reconcile');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^DAY +KIND +OBJECT +CURRENCY +OURS +STRIPE\n\S+ +CHARGE +pi_\w+ +USD +4505 +4500$/m,
  );
});

it('fails where Stripe does not answer', async () => {
  const { exitCode, stdout } = await built.run(
    { ...env, STRIPE_API_BASE: 'http://127.0.0.1:9' },
    'reconcile',
  );
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^Status +FAILED: STRIPE_UNAVAILABLE/m);
});
