import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { captureHoldMutation, holdCreditsMutation } from '../../support/holds.js';
import { expectSoundBooks } from '../../support/invariants.js';
import { debitCreditsMutation } from '../../support/operations.js';
import { reconcileMutation } from '../../support/reconciliation.js';
import { BreakableService, type Customer } from './breakable-service.js';
import type { InThisProcess } from './in-this-process.js';
import { outcomeOf } from './outcome.js';
import { confirm, createIntent, creditedIntent, debit, grant, paidIntent, refund } from './scenarios.js';

const hourMs = 3_600_000;
const testTimeoutMs = 60_000;

let service: BreakableService<InThisProcess>;
beforeAll(async () => {
  service = await BreakableService.start();
});
afterEach(() => expectSoundBooks(service.database));
afterAll(() => service.close());

interface Jump {
  readonly name: string;
  begin(): Promise<void>;
  /** Where a clock was wrong, somebody sets it right in the end. */
  end(): Promise<void>;
}

const wrongBy = (ms: number) => ({
  begin: () => service.jump(ms),
  end: () => service.jump(-ms),
});
const ahead: Jump = { name: 'our clock runs an hour ahead', ...wrongBy(hourMs) };
const farAhead: Jump = { name: 'our clock runs 26 hours ahead', ...wrongBy(26 * hourMs) };
const behind: Jump = { name: 'our clock runs an hour behind', ...wrongBy(-hourMs) };
/** Longer than Stripe remembers idempotency keys. */
const pause: Jump = {
  name: '26 hours pass',
  begin: () => service.advance(26 * hourMs),
  end: async () => undefined,
};
const jumps = [ahead, farAhead, behind, pause];

type Step = () => Promise<unknown>;

interface Story {
  readonly name: string;
  steps(customer: Customer): Promise<readonly Step[]>;
}

/** Its repetition comes with each step, so that keys are asked for again after the jump. */
const stories: readonly Story[] = [
  {
    name: 'a purchase',
    steps: async (customer) => {
      let made: Awaited<ReturnType<typeof createIntent>>;
      return [
        async () => {
          made = await createIntent(customer);
        },
        async () => expect(await createIntent(customer)).toEqual(made),
        () => service.pay(made.clientSecret, 'pm_card_visa'),
        async () =>
          expect((await confirm(customer, made.paymentIntentId)).confirmPayment.creditsAdded).toBe('500'),
        async () =>
          expect((await confirm(customer, made.paymentIntentId)).confirmPayment.creditsAdded).toBe('0'),
      ];
    },
  },
  {
    name: 'a purchase of which only its webhook tells',
    steps: async (customer) => {
      await paidIntent(service, customer);
      return [() => service.deliverNewest('payment_intent.succeeded'), () => service.runJobs()];
    },
  },
  {
    name: 'a refund',
    steps: async (customer) => {
      const paymentIntentId = await creditedIntent(service, customer);
      return [
        () => refund(service, paymentIntentId),
        () => refund(service, paymentIntentId),
        () => service.runJobs(),
      ];
    },
  },
  {
    name: 'a debit',
    steps: async (customer) => {
      const { accountId } = customer;
      const other = { accountId, credits: '3', idempotencyKey: 'debit' };
      return [
        () => grant(service, customer),
        () => debit(service, customer),
        async () => expect((await debit(service, customer)).debitCredits.replayed).toBe(true),
        () =>
          expectCode(
            service.clients.service.request(debitCreditsMutation, { input: other }),
            'IDEMPOTENCY_KEY_REUSED',
          ),
      ];
    },
  },
];

/** Plays a story; `jump` comes before one of its steps. */
async function play(story: Story, jump: Jump | null, before: number) {
  const customer = await service.newCustomer();
  const steps = await story.steps(customer);
  for (const [i, step] of steps.entries()) {
    if (i === before) await jump?.begin();
    await step();
  }
  await jump?.end();
  await service.comeToRest();
  return { steps: steps.length, outcome: await outcomeOf(service, customer.accountId) };
}

describe.each(stories)('$name comes out the same', (story) => {
  it.each(jumps)(
    'when $name between any two of its steps',
    async (jump) => {
      const { steps, outcome } = await play(story, null, 0);
      for (let before = 0; before < steps; before++) {
        const jumped = await play(story, jump, before);
        expect({ before, outcome: jumped.outcome }).toEqual({ before, outcome });
        await expectSoundBooks(service.database);
      }
    },
    testTimeoutMs,
  );
});

describe('a hold of half an hour', () => {
  const holdThenCapture = async (customer: Customer, jump: Jump) => {
    const { accountId } = customer;
    await grant(service, customer);
    const { holdCredits } = await service.clients.service.request(holdCreditsMutation, {
      input: { accountId, credits: '4', expiresInSeconds: 1_800, idempotencyKey: 'hold' },
    });
    await jump.begin();
    const input = {
      accountId,
      holdId: holdCredits.hold.id,
      credits: '3.25',
      idempotencyKey: 'capture',
    };
    const { captureHold } = await service.clients.service.request(captureHoldMutation, { input });
    const again = await service.clients.service.request(captureHoldMutation, { input });
    expect(again).toEqual({ captureHold });
    await jump.end();
    const { journal } = await outcomeOf(service, accountId);
    return { ...captureHold, operations: journal.map(({ type }) => type) };
  };

  it.each([
    { jump: behind, operations: ['GRANT', 'HOLD', 'USAGE'] },
    ...[ahead, farAhead, pause].map((jump) => ({
      jump,
      operations: ['GRANT', 'HOLD', 'RELEASE', 'USAGE'],
    })),
  ])('is charged once when $jump.name, in time or late', async ({ jump, operations }) => {
    expect(await holdThenCapture(await service.newCustomer(), jump)).toMatchObject({
      hold: { status: 'CAPTURED', captured: '3.25' },
      balance: { available: '6.75', held: '0', owed: '0' },
      operations,
    });
  });
});

it('a clock that was set back books at the last instant of the account, until it has caught up', async () => {
  const customer = await service.newCustomer();
  await grant(service, customer);
  const granted = service.now();
  await behind.begin();
  await debit(service, customer, 'behind');
  await behind.end();
  await service.advance(1_000);
  await debit(service, customer, 'right');
  const rows = await service.query(
    'select type, created_at from ledger_operations where account_id = $1 order by seq',
    [customer.accountId],
  );
  expect(rows).toEqual([
    { type: 'GRANT', created_at: granted },
    { type: 'USAGE', created_at: granted },
    { type: 'USAGE', created_at: service.now() },
  ]);
});

describe("a webhook's signature", () => {
  it.each([ahead, behind])('is refused when $name, and taken once that is right again', async (jump) => {
    await paidIntent(service, await service.newCustomer());
    await jump.begin();
    await service.deliverNewest('payment_intent.succeeded');
    const attempts = () =>
      service.sandbox
        .deliveries()
        .at(-1)
        ?.attempts.map(({ status }) => status);
    expect(attempts()?.at(0)).toBe(400);
    await jump.end();
    await service.comeToRest();
    expect(attempts()?.at(-1)).toBe(200);
  });
});

it.each(jumps)(
  'the reconciliation finds what no webhook told of, though it ran while $name',
  async (jump) => {
    const reconcile = async () => {
      await service.clients.admin.request(reconcileMutation);
      await service.runJobs();
    };
    await service.comeToRest();
    await jump.begin();
    await reconcile();
    await jump.end();
    const customer = await service.newCustomer();
    const paymentIntentId = await paidIntent(service, customer);
    service.loseEvents();
    await service.advance(2 * hourMs);
    await reconcile();
    const stored = await service.query(
      `select count(*)::int as events from webhook_events where payment_intent_id = $1 and type = 'payment_intent.succeeded'`,
      [paymentIntentId],
    );
    expect(stored).toEqual([{ events: 1 }]);
  },
);
