import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gql } from 'graphql-request';
import { Client } from 'pg';
import { AuditStore } from '../../src/audit/audit.store.js';
import { Auditor } from '../../src/audit/auditor.js';
import { endOf, JournalMonthsStore } from '../../src/ledger/journal-months.store.js';
import { LedgerStore } from '../../src/ledger/ledger.store.js';
import { sqlOf } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { expectCode } from '../support/client.js';
import {
  balanceQuery,
  debitCreditsMutation,
  grantCreditsMutation,
  historyQuery,
} from '../support/operations.js';
import { newCustomer, purchase, type TestCustomer } from '../support/purchase.js';
import { refund } from '../support/refund.js';
import { startTestService, type TestService } from '../support/service.js';
import { recordUsageMutation, usageQuery, usageSummerOf } from '../support/usage.js';
import { liveFully } from './full-life.js';

const balanceAt = gql`query ($asOf: DateTimeISO!) { balance(asOf: $asOf) { available lots { id } } }`;
const holdCredits = gql`
  mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id } balance { held } } }`;
const captureHold = gql`
  mutation ($input: CaptureHoldInput!) { captureHold(input: $input) { hold { status } } }`;

let service: TestService;
let uow: UnitOfWork;
const months = new JournalMonthsStore();
let busy: TestCustomer;
let dormant: TestCustomer;
/** All of its operations are of January. */
let asleep: TestCustomer;
let januaryPayment: string;
let dormantPayment: string;
let januaryRefund: string;

const detach = (month: string) => uow.run((em) => months.detach(sqlOf(em), month, service.clock.now()));
const attach = (month: string) => uow.run((em) => months.attach(sqlOf(em), month));
const list = async () =>
  (await uow.read((em) => months.list(sqlOf(em)))).map(({ month, isAttached }) => [month, isAttached]);
const audit = (accountId: string | null = null) =>
  new Auditor(uow, new AuditStore()).audit(accountId, () => undefined);
const balance = async ({ client }: TestCustomer) => (await client.request(balanceQuery, {})).balance;
let calls = 0;
const debit = ({ accountId }: TestCustomer, credits: string) =>
  service.clients.service.request(debitCreditsMutation, {
    input: { accountId, credits, idempotencyKey: `later ${++calls}` },
  });

beforeAll(async () => {
  service = await startTestService();
  uow = new UnitOfWork(service.orm, createLog('error'));
  busy = await liveFully(service);
  dormant = await newCustomer(service);
  dormantPayment = await purchase(service, dormant, 100);
  asleep = await newCustomer(service);
  await purchase(service, asleep, 100);
  januaryPayment = await purchase(service, busy, 100);
  januaryRefund = (await refund(service, januaryPayment, { amount: 100 })).refund.stripeRefundId ?? '';
  await service.settle();
  // Booked in January, and by the gateway's clock used in February.
  service.clock.set('2026-01-31T23:59:45Z');
  const ahead = { credits: '1', occurredAt: '2026-02-01T00:00:15Z', idempotencyKey: 'ahead' };
  const records = [{ accountId: busy.accountId, ...ahead }];
  await service.clients.service.request(recordUsageMutation, { input: { records } });
  // What falls due until then is booked when the account is next touched.
  service.clock.set('2026-02-10T12:00:00Z');
  await debit(busy, '1');
  service.clock.set('2026-03-10T12:00:00Z');
  await debit(busy, '2');
});
afterAll(() => service.close());

describe('detaching', () => {
  it('lists the months', async () => {
    expect(await list()).toEqual([
      ['2026-01', true],
      ['2026-02', true],
      ['2026-03', true],
    ]);
    const [january] = await uow.read((em) => months.list(sqlOf(em)));
    expect(january?.operations).toBeGreaterThanOrEqual(0);
    expect(january?.bytes).toBeGreaterThan(0n);
  });

  it('is refused to what must stay', async () => {
    await expect(detach('2026-03')).rejects.toThrow('The current month and the one before it stay');
    await expect(detach('2026-02')).rejects.toThrow('The current month and the one before it stay');
    await expect(detach('2025-12')).rejects.toThrow('Attached month 2025-12 not found.');
    await expect(attach('2026-01')).rejects.toThrow('Detached month 2026-01 not found.');
    service.clock.set('2026-04-01T00:00:00Z');
    await expect(detach('2026-02')).rejects.toThrow(
      'Only the oldest attached month can be detached: 2026-01.',
    );
    service.clock.set('2026-03-10T12:00:00Z');
  });

  it('waits for what fell due to be booked', async () => {
    const input = {
      accountId: dormant.accountId,
      credits: '1',
      expiresAt: '2026-03-11T00:00:00Z',
      idempotencyKey: 'expiring',
    };
    await service.clients.admin.request(grantCreditsMutation, { input });
    await service.database.query(
      `update credit_balances set next_change_at = '2026-01-20' where account_id = $1`,
      [dormant.accountId],
    );
    await expect(detach('2026-01')).rejects.toThrow('is not booked yet');
    // Looking for what is due finds that nothing is.
    await debit(dormant, '1');
  });

  it('waits for refunds that are under way', async () => {
    const status = (to: string) =>
      service.database.query('update refunds set status = $1 where stripe_refund_id = $2', [
        to,
        januaryRefund,
      ]);
    await status('PENDING');
    await expect(detach('2026-01')).rejects.toThrow('A refund of that time or before it is under way');
    await status('SUCCEEDED');
  });

  it('waits for usage to be summed up', async () => {
    await expect(detach('2026-01')).rejects.toThrow('is not summed up yet');
    await usageSummerOf(service).sumBefore(endOf('2026-01'));
  });

  it('keeps nobody waiting while it looks at all accounts', async () => {
    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    await client.query('begin; lock table usage_marks in access exclusive mode');
    const detaching = expect(detach('2026-01')).rejects.toThrow('A refund of that time or before it');
    const waiting = `select 1 from pg_locks where relation = 'usage_marks'::regclass and not granted`;
    while ((await service.database.query(waiting)).length === 0);
    await debit(busy, '1');
    await client.query(
      `update refunds set status = 'PENDING' where stripe_refund_id = '${januaryRefund}'; commit`,
    );
    await client.end();
    await detaching;
    await service.database.query(
      `update refunds set status = 'SUCCEEDED' where stripe_refund_id = '${januaryRefund}'`,
    );
  });

  it('gives way to whoever reads the journal', async () => {
    await uow.snapshot(async (em) => {
      await em.execute('select 1 from ledger_operations limit 1');
      await expect(detach('2026-01')).rejects.toThrow('Try again after it.');
    });
    expect(await list()).toContainEqual(['2026-01', true]);
  });
});

describe('after a month was detached', () => {
  let before: Awaited<ReturnType<typeof balance>>;
  beforeAll(async () => {
    before = await balance(busy);
    await detach('2026-01');
  });

  it('its tables stay in the schema of the journal', async () => {
    expect(await list()).toEqual([
      ['2026-01', false],
      ['2026-02', true],
      ['2026-03', true],
    ]);
    const kept = await service.database.query(`select 1 from journal.ledger_operations_2026_01`);
    expect(kept.length).toBeGreaterThan(30);
  });

  it('the balance and its lots are what they were', async () => {
    expect(await balance(busy)).toEqual(before);
  });

  it('credits are spent, held and captured', async () => {
    await debit(busy, '3');
    const held = await service.clients.service.request<{ holdCredits: { hold: { id: string } } }>(
      holdCredits,
      {
        input: { accountId: busy.accountId, credits: '5', idempotencyKey: 'hold' },
      },
    );
    await service.clients.service.request(captureHold, {
      input: {
        accountId: busy.accountId,
        holdId: held.holdCredits.hold.id,
        credits: '4',
        idempotencyKey: 'capture',
      },
    });
    expect(Number((await balance(busy)).available)).toBe(Number(before.available) - 7);
  });

  it('the history ends at the cut', async () => {
    const types: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        nodes: readonly { type: string; createdAt: string }[];
        pageInfo: { hasNextPage: boolean; endCursor?: string | null };
      } = (await busy.client.request(historyQuery, { first: 2, after })).billingHistory;
      types.push(...page.nodes.map(({ type }) => type));
      for (const { createdAt } of page.nodes) expect(createdAt >= '2026-02').toBe(true);
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    expect(types[0]).toBe('USAGE');
    expect(types.at(-1)).toBe('USAGE');
    expect(types.length).toBeGreaterThan(3);
  });

  it('a payment of that month can be refunded', async () => {
    const { available } = await balance(dormant);
    await refund(service, dormantPayment, { amount: 100 });
    await service.settle();
    expect(Number((await balance(dormant)).available)).toBeLessThan(Number(available));
  });

  it('a refund of that month that fails now takes nothing as if it were nothing', async () => {
    const undoing = service.database.query<{ seq: string }>(
      `select claw_back_seq as seq from refunds where stripe_refund_id = $1`,
      [januaryRefund],
    );
    const [{ seq } = { seq: '0' }] = await undoing;
    const reading = uow.read((em) => new LedgerStore().transfersOf(sqlOf(em), busy.accountId, BigInt(seq)));
    await expect(reading).rejects.toThrow('is in a month that was detached: attach it again.');
  });

  it.each(['busy', 'dormant', 'asleep'])('balances of that time are refused: %s', async (name) => {
    const { client } = { busy, dormant, asleep }[name] ?? busy;
    const { message } = await expectCode(
      client.request(balanceAt, { asOf: '2026-01-15T12:30:00Z' }),
      'BAD_USER_INPUT',
    );
    expect(message).toBe('The journal of that time is no longer kept here.');
    const later = await busy.client.request<{ balance: { available: string } }>(balanceAt, {
      asOf: '2026-02-10T12:00:00Z',
    });
    expect(Number(later.balance.available)).toBeGreaterThan(0);
  });

  it('the audit goes on, and says how many accounts begin later', async () => {
    const report = await audit();
    expect(report.shown).toEqual([]);
    expect(report).toMatchObject({ accounts: 4, accountsBeginningDetached: 3, findings: 0 });
  });

  it.each([
    [
      'operations after the cut that are missing',
      'delete from ledger_operations where account_id = $1 and created_at >= $2',
    ],
    [
      'a lot that has more than it can',
      `update credit_lots set remaining = remaining + 1 where account_id = $1 and created_at < $2 and open`,
    ],
    [
      'a balance',
      `update credit_balances set available = available + 1 where account_id = $1 and updated_at > $2`,
    ],
  ])('the audit finds %s', async (_what, sql) => {
    const undone = new Error('undone');
    let findings: readonly { accountId: string }[] = [];
    const forging = uow.run(async (em) => {
      await em.execute('set local session_replication_role = replica');
      await em.execute(sql.replace('$1', `'${busy.accountId}'`).replace('$2', `'2026-02-01'`));
      const auditor = new Auditor(uow, new AuditStore());
      findings = (await auditor.auditOn(sqlOf(em), null, () => undefined)).shown;
      throw undone;
    });
    await expect(forging).rejects.toBe(undone);
    expect(new Set(findings.map(({ accountId }) => accountId))).toEqual(new Set([busy.accountId]));
  });

  it('an account that is younger than the cut must have all its operations', async () => {
    const young = await newCustomer(service);
    await purchase(service, young, 100);
    await debit(young, '1');
    await service.database.query(
      `set session_replication_role = replica; delete from ledger_operations where seq = 1 and account_id = '${young.accountId}'`,
    );
    const { shown } = await audit(young.accountId);
    expect(shown[0]).toMatchObject({ kind: 'OPERATION_MISSING', subject: 'operation 1' });
    await service.database.query(
      `set session_replication_role = replica;
       delete from ledger_operations where account_id = '${young.accountId}';
       delete from credit_lots where account_id = '${young.accountId}';
       delete from credit_balances where account_id = '${young.accountId}'`,
    );
  });

  it('usage that was not summed up before it was detached is so once it is attached again', async () => {
    const months = { from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z', groupBy: ['MONTH' as const] };
    const chart = async () => (await busy.client.request(usageQuery, months)).usage.points;
    const before = await chart();
    expect(before[0]?.calls).toBeGreaterThan(0);
    const summer = usageSummerOf(service);
    // As where months were detached before there were sums.
    await service.database.query('truncate usage_hours, usage_marks');
    await summer.sumBefore(service.clock.now());
    expect((await chart())[0]?.calls).toBe(0);
    await attach('2026-01');
    expect(await chart()).toEqual(before);
    await summer.sumBefore(service.clock.now());
    expect(await chart()).toEqual(before);
    for (const { accountId } of [busy, dormant, asleep])
      expect(await audit(accountId)).toMatchObject({ findings: 0, accountsBeginningDetached: 0 });
    await detach('2026-01');
    expect(await chart()).toEqual(before);
  });

  it('it is attached again, with its triggers and all', async () => {
    service.clock.set('2026-04-10T12:00:00Z');
    await debit(busy, '1');
    await debit(dormant, '1');
    await detach('2026-02');
    await expect(attach('2026-01')).rejects.toThrow(
      'Only the month that was detached last can be attached: 2026-02.',
    );
    await attach('2026-02');
    await attach('2026-01');
    for (const { accountId } of [busy, dormant, asleep])
      expect(await audit(accountId)).toMatchObject({ findings: 0, accountsBeginningDetached: 0 });
    await expect(service.database.query(`delete from journal.ledger_operations_2026_01`)).rejects.toThrow(
      'append-only',
    );
  });
});
