import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { FraudWarningService } from '../../src/payments/fraud-warning.service.js';
import { StripeSync } from '../../src/payments/stripe-sync.js';
import { sqlOfOrm } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { DayByDay, type MovementBounds } from '../../src/reconciliation/day-by-day.js';
import { ReconciliationStore } from '../../src/reconciliation/reconciliation.store.js';
import { type Findings, noFindings } from '../../src/reconciliation/report.js';
import { Reports } from '../../src/reconciliation/reports.js';
import { Resync } from '../../src/reconciliation/resync.js';
import { StripeCalls } from '../../src/stripe/stripe-calls.js';
import { createStripeClient } from '../../src/stripe/stripe-client.js';
import { createStripeMetrics } from '../../src/stripe/stripe-metrics.js';
import { StripeReconciliation } from '../../src/stripe/stripe-reconciliation.js';
import { paymentServicesOf } from '../support/payment-services.js';
import { newCustomer, pay, purchase, startPurchase, type TestCustomer } from '../support/purchase.js';
import type { TestService } from '../support/service.js';
import {
  available,
  customers,
  dayMs,
  hourMs,
  type ReconcilingService,
  startDeafService,
} from './reconciling.js';

let service: ReconcilingService;
afterEach(() => service.close());

/** A page of Stripe's: less cannot be read. */
const atOnce = 100;

/** The last part of a run, with its report. */
async function compareDays({ clock, config, orm }: TestService, bounds: MovementBounds): Promise<Findings> {
  const log = createLog('silent');
  const uow = new UnitOfWork(orm, log);
  const { gateway, settlement, refunds, disputes } = paymentServicesOf({ clock, config });
  const sync = new StripeSync(
    uow,
    gateway,
    settlement,
    refunds,
    disputes,
    new FraudWarningService(clock, log),
  );
  const calls = new StripeCalls({ clock, log, metrics: createStripeMetrics(new Registry()) });
  const reports = new Reports(uow, clock);
  const days = new DayByDay(
    new StripeReconciliation(createStripeClient(config.stripe, log), calls),
    new ReconciliationStore(sqlOfOrm(orm)),
    reports,
    new Resync(sync, log),
    clock,
    bounds,
  );
  const { id } = await reports.begin({ trigger: 'SCHEDULE', requestedBy: null });
  const findings = noFindings();
  await days.run(findings, () => undefined);
  await reports.finish(id, findings);
  return findings;
}

async function silentPayments(payers: readonly TestCustomer[]): Promise<void> {
  for (const payer of payers) await pay(service, await startPurchase(payer, 500));
}

describe('a day with more movements than are read at once', () => {
  it('is compared to its end, part by part, and counts as one', async () => {
    service = await startDeafService();
    const [early, late] = await customers(service, 2);
    const crowd = await newCustomer(service);
    if (!early || !late) throw new Error('There are two.');
    await silentPayments([early]);
    for (let hour = 0; hour < 4; hour++) {
      service.clock.advance(hourMs);
      await silentPayments(Array.from({ length: 40 }, () => crowd));
    }
    await silentPayments([late]);
    service.clock.advance(dayMs);

    const findings = await compareDays(service, { atOnce, perRun: 1_000 });
    expect(findings).toMatchObject({ movementsRead: 162, isCutShort: false, differencesLeft: 0 });
    expect([await available(early), await available(crowd), await available(late)]).toEqual([
      500, 80_000, 500,
    ]);
    const amount = `${162 * 4500}`;
    expect(findings.totals).toEqual([
      { day: '2026-01-15', kind: 'CHARGE', currency: 'USD', count: 162, ours: amount, theirs: amount },
    ]);
  });

  it('is said not to be compared where as many are of one second', async () => {
    service = await startDeafService();
    const crowd = await newCustomer(service);
    await silentPayments(Array.from({ length: 101 }, () => crowd));
    service.clock.advance(dayMs);
    const findings = await compareDays(service, { atOnce, perRun: 1_000 });
    expect(findings).toMatchObject({ movementsRead: 100, isCutShort: true });
  });
});

describe('days with more movements than fit into a run', () => {
  it('that differ are compared in turn, and keep nothing new waiting', async () => {
    service = await startDeafService();
    const crowd = await newCustomer(service);
    const compare = () => {
      service.clock.advance(hourMs);
      return compareDays(service, { atOnce, perRun: 2 });
    };
    for (let day = 0; day < 3; day++) {
      await purchase(service, crowd, 500);
      await purchase(service, crowd, 500);
      service.clock.advance(dayMs);
    }
    await service.database.query('update payments set amount = amount - 100');
    const left: number[] = [];
    for (let run = 0; run < 6; run++) left.push((await compare()).differencesLeft);
    expect(left).toEqual([2, 4, 6, 6, 6, 6]);

    service.clock.advance(3 * dayMs);
    const late = await newCustomer(service);
    await silentPayments([late]);
    expect(await compare()).toMatchObject({ differencesLeft: 6, isCutShort: true });
    expect(await available(late)).toBe(500);

    await service.database.query('update payments set amount = 4500');
    const mended: number[] = [];
    for (let run = 0; run < 3; run++) mended.push((await compare()).differencesLeft);
    expect(mended).toEqual([4, 2, 0]);
  });
});
