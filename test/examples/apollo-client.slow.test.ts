import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buyCredits, createClient, refusalCode } from '../../examples/apollo-client/buy-credits.js';
import { createApiKeyMutation } from '../support/operations.js';
import { newCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

describe('the Apollo Client example, against a server', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  /** Pays with nothing but what the example hands to `pay`, as Stripe.js does. */
  async function payWith(paymentMethod: string, intent: { clientSecret: string; publishableKey: string }) {
    const [id] = intent.clientSecret.split('_secret_');
    const response = await fetch(`${service.sandbox.url}/v1/payment_intents/${id}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${intent.publishableKey}` },
      body: new URLSearchParams({
        client_secret: intent.clientSecret,
        payment_method: paymentMethod,
        return_url: 'https://example.com/paid',
      }),
    });
    return response.status;
  }

  async function newClient() {
    const { accountId } = await newCustomer(service);
    const input = { role: 'CUSTOMER', accountId, name: 'browser' } as const;
    const { createApiKey } = await service.clients.admin.request(createApiKeyMutation, { input });
    return createClient(service.url, createApiKey.token);
  }

  const refusalOf = (purchase: Promise<unknown>) => purchase.then(() => 'none', refusalCode);

  it('buys credits, and buys more', async () => {
    const client = await newClient();
    const pay = async (intent: { clientSecret: string; publishableKey: string }) => {
      expect(await payWith('pm_card_visa', intent)).toBe(200);
    };
    await expect(buyCredits(client, 500, pay)).resolves.toBe('500');
    await expect(buyCredits(client, 100, pay)).resolves.toBe('600');
    await service.settle();
  });

  it('names the refusal of an amount that is not on sale, and nothing is paid', async () => {
    let asked = false;
    const purchase = buyCredits(await newClient(), 499, async () => {
      asked = true;
    });
    await expect(refusalOf(purchase)).resolves.toBe('PACKAGE_NOT_FOUND');
    expect(asked).toBe(false);
  });

  it('names the refusal of a purchase that was not paid', async () => {
    const purchase = buyCredits(await newClient(), 100, async (intent) => {
      expect(await payWith('pm_card_chargeDeclined', intent)).toBe(402);
    });
    await expect(refusalOf(purchase)).resolves.toBe('PAYMENT_NOT_SUCCEEDED');
    await service.settle();
  });

  it('names the refusal of a wrong key', async () => {
    const purchase = buyCredits(createClient(service.url, 'wrong'), 100, async () => undefined);
    await expect(refusalOf(purchase)).resolves.toBe('UNAUTHENTICATED');
  });

  it('has no name for what is not a refusal', () => {
    expect(refusalCode(new Error('fetch failed'))).toBeUndefined();
  });
});

describe('the types of the example', () => {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const example = resolve('examples/apollo-client');
  /** What a browser project starts from: nothing of ours. */
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    types: [],
    noEmit: true,
  };
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'apollo-example-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function typeCheck(...files: string[]): Promise<string> {
    const project = join(directory, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ compilerOptions, files }));
    return new Promise((done) =>
      execFile(process.execPath, [tsc, '-p', project], (_error, stdout) => done(stdout)),
    );
  }

  it('are right in a project that is not ours', async () => {
    expect(await typeCheck(join(example, 'buy-credits.ts'))).toBe('');
  });

  it('know the schema: a field that an operation does not have is an error', async () => {
    const misuse = join(directory, 'misuse.ts');
    await writeFile(
      misuse,
      `import type { FinishPurchaseMutation } from ${JSON.stringify(join(example, 'generated/graphql'))};
       export const misread = (data: FinishPurchaseMutation) => data.confirmPayment.creditAdded;`,
    );
    expect(await typeCheck(misuse)).toMatch(/TS2551.*'creditAdded'/);
  });
});
