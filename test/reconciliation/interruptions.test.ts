import { afterEach, describe, expect, it } from '@jest/globals';
import { expectSoundBooks } from '../support/invariants.js';
import { newCustomer, pay, startPurchase, type TestCustomer } from '../support/purchase.js';
import {
  available,
  hourMs,
  outcomeOf,
  type ReconcilingService,
  startDeafService,
  withReconciler,
} from './reconciling.js';

let service: ReconcilingService;
afterEach(() => service.close());

const agreed = { status: 'AGREED', failure: null, left: 0 };

/** A payment that nobody was told of. */
async function silentPayment(): Promise<TestCustomer> {
  const customer = await newCustomer(service);
  await pay(service, await startPurchase(customer, 500));
  return customer;
}

const cursor = async () => {
  const [row] = await service.database.query<{ read_until: Date }>(
    'select read_until from stripe_event_cursor',
  );
  return row?.read_until.toISOString() ?? null;
};

const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((wake) => setTimeout(wake, 5));
  }
};

describe('two at once', () => {
  it('are one: the others say that it is running, and what they would have done is done once', async () => {
    service = await startDeafService();
    const other = withReconciler(service);
    const customer = await silentPayment();
    service.clock.advance(hourMs);
    service.sandbox.faults.api({ fault: 'latency', delayMs: 300, path: '/v1/events', count: 1 });
    const origin = { trigger: 'SCHEDULE', requestedBy: null } as const;
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, i) => (i % 2 ? service : other).reconciler.run(origin)),
    );
    expect(results.filter(({ ran }) => ran)).toHaveLength(1);
    expect(await service.database.query('select status from reconciliations')).toEqual([
      { status: 'AGREED' },
    ]);
    expect(await available(customer)).toBe(500);
    await expectSoundBooks(service.database);
    expect(outcomeOf(await other.reconcile())).toEqual({ ...agreed, healed: 0 });
  });

  it('say which one is running', async () => {
    service = await startDeafService();
    service.sandbox.faults.api({ fault: 'latency', delayMs: 500, path: '/v1/events', count: 1 });
    expect(await service.reconciler.isRunning()).toBe(false);
    const running = service.reconcile();
    const found = await eventually(async () => {
      const [row] = await service.database.query<{ id: string }>('select id from reconciliations');
      return row;
    });
    expect(await service.reconciler.isRunning()).toBe(true);
    const second = await service.reconciler.run({ trigger: 'SCHEDULE', requestedBy: null });
    expect(second).toMatchObject({ ran: false, report: { id: found.id, status: 'RUNNING' } });
    expect((await running).id).toBe(found.id);
    expect(await service.reconciler.isRunning()).toBe(false);
  });
});

describe('a run that breaks off', () => {
  it('while events are stored leaves the cursor, and the next one stores them all', async () => {
    service = await startDeafService();
    const customers = [await silentPayment(), await silentPayment()];
    service.clock.advance(hourMs);
    await service.database.query(`create function refuse() returns trigger language plpgsql as
      $$ begin if new.type = 'payment_intent.succeeded' then raise exception 'the disk is full'; end if; return new; end $$`);
    await service.database.query(
      'create trigger refuse before insert on webhook_events for each row execute function refuse()',
    );
    const broken = await service.reconcile();
    expect(outcomeOf(broken)).toMatchObject({ status: 'FAILED', left: 0 });
    expect(broken.failure).toMatch(/^Unexpected \w+ \(P0001\)$/);
    expect(await cursor()).toBeNull();

    await service.database.query('drop trigger refuse on webhook_events');
    const report = await service.reconcile();
    expect(outcomeOf(report)).toMatchObject(agreed);
    expect(await cursor()).toBe('2026-01-15T12:00:00.000Z');
    const stored = await service.database.query(
      `select id from webhook_events where type = 'payment_intent.succeeded'`,
    );
    expect(stored).toHaveLength(2);
    for (const customer of customers) expect(await available(customer)).toBe(500);
    await expectSoundBooks(service.database);
  });

  it('because Stripe does not answer keeps what it did, and the next one does the rest', async () => {
    service = await startDeafService();
    const customer = await silentPayment();
    service.clock.advance(hourMs);
    const outage = service.sandbox.faults.api({ fault: 'server_error', path: '/v1/balance_transactions' });
    const broken = await service.reconcile();
    expect(broken).toMatchObject({ status: 'FAILED', paymentsHealed: 1, comparedUntil: null });
    expect(broken.failure).toMatch(/^STRIPE_UNAVAILABLE: /);
    expect(broken.eventsStored).toBeGreaterThan(0);
    expect(await cursor()).toBe('2026-01-15T12:00:00.000Z');
    expect(await available(customer)).toBe(500);

    outage.remove();
    const report = await service.reconcile();
    expect(outcomeOf(report)).toEqual({ ...agreed, healed: 0 });
    expect(report.totals).toMatchObject([{ kind: 'CHARGE', ours: '4500', theirs: '4500' }]);
  });

  it('because it lost its lock ends, and one whose process died is told of by the next one', async () => {
    service = await startDeafService();
    const customer = await silentPayment();
    service.clock.advance(hourMs);
    service.sandbox.faults.api({ fault: 'latency', delayMs: 500, path: '/v1/events', count: 1 });
    const running = service.reconcile();
    const terminated = await eventually(async () => {
      const rows = await service.database.query<{ ended: boolean }>(
        `select pg_terminate_backend(l.pid) as ended from pg_locks l join reconciliations r on r.status = 'RUNNING'
         where l.locktype = 'advisory' and l.objid = 3 and l.granted
           and l.database = (select oid from pg_database where datname = current_database())`,
      );
      return rows[0];
    });
    expect(terminated.ended).toBe(true);
    expect(outcomeOf(await running)).toMatchObject({
      status: 'FAILED',
      failure: 'The connection that held the lock was lost.',
    });

    await service.database.query(
      `update reconciliations set status = 'RUNNING', finished_at = null, failure = null`,
    );
    expect(outcomeOf(await service.reconcile())).toMatchObject(agreed);
    expect(
      await service.database.query(`select status, failure from reconciliations where status <> 'AGREED'`),
    ).toEqual([{ status: 'FAILED', failure: 'The process ended before the run did.' }]);
    expect(await available(customer)).toBe(500);
  });

  it('ends where it is told to, as at a shutdown', async () => {
    service = await startDeafService();
    const stop = new AbortController();
    stop.abort();
    const { report } = await service.reconciler.run({ trigger: 'SCHEDULE', requestedBy: null }, stop.signal);
    expect(report).toMatchObject({
      status: 'FAILED',
      failure: 'The process was told to stop.',
    });
  });
});
