import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type DocumentNode, type OperationDefinitionNode, parse, validate } from 'graphql';
import { loopbackServerIn } from '../../web/playground/src/content-policy.js';
import { buyCredits, confirmPayment, examples } from '../../web/playground/src/examples.js';
import {
  type CreatedPayment,
  confirms,
  createdPaymentIn,
} from '../../web/playground/src/purchase/created-payment.js';
import { withPaymentIntentId } from '../../web/playground/src/purchase/payment-variable.js';
import { SandboxClient, testCards, usualCard } from '../../web/playground/src/purchase/sandbox-client.js';
import { startTestService, type TestService } from '../support/service.js';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

describe.each(examples)('the example $operationName', ({ operationName, query, variables }) => {
  it('is one valid operation of that name', () => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    expect(operationsOf(document).map(({ name }) => name?.value)).toEqual([operationName]);
  });

  it('gives variables that the operation has, and all that it requires', () => {
    const declared = operationsOf(parse(query)).flatMap(
      ({ variableDefinitions = [] }) => variableDefinitions,
    );
    const given = Object.keys(JSON.parse(variables || '{}'));
    expect(declared.map(({ variable }) => variable.name.value)).toEqual(expect.arrayContaining(given));
    const required = declared.filter(({ type }) => type.kind === 'NonNullType');
    expect(given).toEqual(expect.arrayContaining(required.map(({ variable }) => variable.name.value)));
  });

  it('is narrow enough for its comments to be read beside the response', () => {
    const commentColumns = 53;
    const comments = query.split('\n').filter((line) => line.startsWith('#'));
    expect(comments.length).toBeGreaterThan(0);
    expect(comments.filter((line) => line.length > commentColumns)).toEqual([]);
  });
});

function operationsOf(document: DocumentNode): OperationDefinitionNode[] {
  return document.definitions.filter((definition) => definition.kind === 'OperationDefinition');
}

describe('the examples, run against a server with their demo keys', () => {
  let service: TestService;
  let sandbox: SandboxClient;
  beforeAll(async () => {
    service = await startTestService();
    sandbox = new SandboxClient(service.sandbox.url, 'http://localhost/');
  });
  afterAll(() => service.close());

  /** As the page does it: with the key of the example's role, and the last payment filled in. */
  async function runExample(
    operationName: string,
    payment?: CreatedPayment,
  ): Promise<Record<string, unknown>> {
    const example = examples.find((candidate) => candidate.operationName === operationName);
    if (!example) throw new Error(`There is no example ${operationName}.`);
    const variables = payment
      ? withPaymentIntentId(example.variables, payment.paymentIntentId)
      : example.variables;
    return service.clients[example.role].request(example.query, JSON.parse(variables || '{}'));
  }

  async function create(): Promise<CreatedPayment> {
    const payment = createdPaymentIn(await runExample(buyCredits));
    if (!payment) throw new Error('No payment was found in the answer.');
    return payment;
  }

  it('buy, spend and refund credits', async () => {
    const payment = await create();
    expect(payment.description).toBe('500 credits for $45.00');
    await expect(sandbox.retrieve(payment)).resolves.toMatchObject({ status: 'requires_payment_method' });
    await expect(sandbox.confirm(payment, usualCard)).resolves.toEqual({
      status: 'succeeded',
      failure: null,
    });

    const confirmed = await runExample(confirmPayment, payment);
    expect(confirmed).toMatchObject({ confirmPayment: { balance: { available: '500' } } });
    expect(confirms(confirmed, payment)).toBe(true);
    expect(confirms(confirmed, { ...payment, paymentIntentId: 'pi_another' })).toBe(false);

    await expect(runExample('SpendCredits')).resolves.toMatchObject({ debitCredits: { replayed: false } });
    await expect(runExample('SpendCredits')).resolves.toMatchObject({ debitCredits: { replayed: true } });
    await expect(runExample('Refund', payment)).resolves.toMatchObject({
      refund: { refund: { amount: { formatted: '$9.00' } }, balance: { available: '399.25' } },
    });
    await service.settle();
    await expect(runExample('History')).resolves.toMatchObject({
      billingHistory: {
        nodes: expect.arrayContaining([
          expect.objectContaining({ type: 'PURCHASE', stripePaymentIntentId: payment.paymentIntentId }),
        ]),
      },
    });
    await expect(runExample('PackagesAndBalance')).resolves.toMatchObject({
      balance: { available: '399.25' },
    });
  });

  it('show why a card was declined, and let another one pay', async () => {
    const payment = await create();
    await expect(sandbox.confirm(payment, 'pm_card_visa_chargeDeclinedInsufficientFunds')).resolves.toEqual({
      status: 'requires_payment_method',
      failure: 'Your card has insufficient funds. (insufficient_funds)',
    });
    await expect(sandbox.confirm(payment, usualCard)).resolves.toMatchObject({ status: 'succeeded' });
    await service.settle();
  });

  it.each(testCards)('have a test card $label', async ({ paymentMethod, label }) => {
    const outcome = await sandbox.confirm(await create(), paymentMethod);
    expect(outcome?.status).toBe(label.includes('succeeds') ? 'succeeded' : 'requires_payment_method');
    await service.settle();
  });

  it('find the sandbox in the policy of the page', async () => {
    const page = await fetch(`${service.url}/graphql`, { headers: { accept: 'text/html' } });
    await page.text();
    expect(loopbackServerIn(page.headers.get('content-security-policy') ?? '')).toBe(service.sandbox.url);
  });

  it('find no payment where no sandbox answers, or where it is not theirs', async () => {
    const payment = await create();
    const nowhere = new SandboxClient('http://127.0.0.1:1', 'http://localhost/');
    await expect(nowhere.retrieve(payment)).resolves.toBeNull();
    await expect(nowhere.confirm(payment, usualCard)).resolves.toBeNull();
    await expect(sandbox.retrieve({ ...payment, clientSecret: 'wrong' })).resolves.toBeNull();
  });
});
