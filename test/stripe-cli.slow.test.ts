import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestService, type TestService } from './support/service.js';

const packages = 'node_modules/@stripe';
const platform = `${process.platform}-${process.arch}`;
const binaries: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(`${packages}/cli/platforms.json`, 'utf8'),
);
const hasBinary = platform in binaries;

/** Nothing listens on the discard port of this machine; connections to it fail at once. */
const noProxy = 'http://127.0.0.1:9';
const commandTimeoutMs = 20_000;

let service: TestService;
let home: string;
beforeAll(async () => {
  service = await startTestService();
  home = await mkdtemp(join(tmpdir(), 'stripe-cli-'));
});
afterAll(async () => {
  await service.close();
  await rm(home, { recursive: true });
});

/** Runs the official CLI against the sandbox. @throws Error where it fails or hangs */
function stripe(...words: string[]): Promise<string> {
  const args = [...words, '--api-base', service.sandbox.url, '--api-key', service.sandbox.secretKey];
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    STRIPE_CLI_TELEMETRY_OPTOUT: '1',
    STRIPE_NO_AUTO_UPDATE: '1',
    // It looks for new versions and has no switch against that. Go sends requests to this machine past any proxy.
    HTTPS_PROXY: noProxy,
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [`${packages}/cli/bin/shim.js`, ...args],
      { env, timeout: commandTimeoutMs },
      (error, stdout, stderr) => (error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout)),
    );
  });
}

const readJson = async (...words: string[]) => JSON.parse(await stripe(...words));

if (hasBinary) {
  it('finds its binary where the package was installed', () => {
    const [bin] = ['bin/stripe', 'bin/stripe.exe'].filter((name) =>
      existsSync(`${packages}/cli-${platform}/${name}`),
    );
    expect(bin).toBeDefined();
  });
} else {
  it.skip(`is skipped: the Stripe CLI has no binary for ${platform}`, () => undefined);
}

(hasBinary ? describe : describe.skip)('the official Stripe CLI, against the sandbox', () => {
  it('writes, reads and lists', async () => {
    const customer = await readJson('post', '/v1/customers', '-d', 'name=Grace Hopper');
    expect(customer).toMatchObject({ object: 'customer', name: 'Grace Hopper' });
    expect(await readJson('get', `/v1/customers/${customer.id}`)).toEqual(customer);
    expect((await readJson('customers', 'list', '--limit', '1')).data).toEqual([customer]);
  });

  it('says what the sandbox refuses', async () => {
    const refused = await stripe('get', '/v1/payment_intents/pi_missing');
    expect(refused).toContain('resource_missing');
  });

  /** What our inbox holds of the events of these types, and how often each was delivered. */
  async function received(types: readonly string[]) {
    await service.settle();
    const ids = service.sandbox
      .events()
      .filter(({ type }) => types.includes(type))
      .map(({ id }) => id);
    const stored = await service.database.query<{ id: string; status: string; attempts: number }>(
      'select id, status, attempts from webhook_events where id = any($1)',
      [ids],
    );
    const deliveries = service.sandbox.deliveries().filter(({ event }) => ids.includes(event));
    return { ids, stored, deliveries };
  }

  it.each([
    ['payment_intent.succeeded', ['payment_intent.succeeded']],
    ['charge.refunded', ['payment_intent.succeeded', 'charge.refunded', 'refund.created']],
    ['payment_intent.payment_failed', ['payment_intent.payment_failed']],
  ])(
    'triggers %s, which our webhook takes once and ignores, for the payment is not ours',
    async (trigger, types) => {
      const before = new Set(service.sandbox.events().map(({ id }) => id));
      expect(await stripe('trigger', trigger)).toContain('Trigger succeeded!');

      const { ids, stored, deliveries } = await received(types);
      const triggered = ids.filter((id) => !before.has(id));
      expect(triggered).toHaveLength(types.length);
      expect(stored.filter(({ id }) => triggered.includes(id))).toEqual(
        triggered.map(() => ({ id: expect.any(String), status: 'IGNORED', attempts: 1 })),
      );
      for (const id of triggered) {
        const [delivery, ...others] = deliveries.filter(({ event }) => event === id);
        expect(others).toEqual([]);
        expect(delivery?.attempts.map(({ status }) => status)).toEqual([200]);
      }
      expect(await service.database.query('select id from graphile_worker.jobs where attempts > 0')).toEqual(
        [],
      );
      expect(await service.database.query('select id from payments')).toEqual([]);
    },
  );

  it('lists what happened, newest first', async () => {
    const { data } = await readJson('events', 'list', '--limit', '100');
    const ids = data.map(({ id }: { id: string }) => id);
    const happened = service.sandbox.events().map(({ id }) => id);
    expect(ids).toEqual(happened.reverse().slice(0, ids.length));
    expect(ids.length).toBeGreaterThan(0);
  });
});
