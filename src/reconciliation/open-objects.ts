import { type Clock, daysBefore } from '../platform/clock.js';
import {
  disputeLookbackDays,
  maxOpenPerRun,
  openSettlingMs,
  pendingLookbackDays,
  unpaidLookbackDays,
} from './limits.js';
import type { OpenObject, ReconciliationStore } from './reconciliation.store.js';
import type { Findings } from './report.js';
import type { Resync } from './resync.js';

/** Asks Stripe about payments, refunds and disputes that have been open for long, whether or not an event told of them. */
export class OpenObjects {
  constructor(
    private readonly store: ReconciliationStore,
    private readonly resync: Resync,
    private readonly clock: Clock,
  ) {}

  /** @param checkpoint is called between calls to Stripe; where it throws, the run ends there */
  async run(findings: Findings, checkpoint: () => void): Promise<void> {
    const now = this.clock.now();
    const query = {
      unpaidSince: daysBefore(now, unpaidLookbackDays),
      pendingSince: daysBefore(now, pendingLookbackDays),
      disputedSince: daysBefore(now, disputeLookbackDays),
      until: new Date(now.getTime() - openSettlingMs),
      limit: maxOpenPerRun,
    };
    const payments = await this.store.openPayments(query);
    const refunds = await this.store.openRefunds(query);
    const disputes = await this.store.openDisputes(query);
    try {
      await this.resync.payments(intentsOf(payments), checkpoint);
      await this.resync.refunds(intentsOf(refunds), checkpoint);
      await this.resync.disputes(intentsOf(disputes), checkpoint);
    } finally {
      findings.paymentsReread += payments.length;
      findings.refundsReread += refunds.length;
      findings.disputesReread += disputes.length;
      findings.paymentsHealed += await this.store.changed('payments', payments);
      findings.refundsHealed += await this.store.changed('refunds', refunds);
      findings.disputesHealed += await this.store.changed('disputes', disputes);
    }
  }
}

const intentsOf = (objects: readonly OpenObject[]): string[] =>
  objects.map(({ paymentIntentId }) => paymentIntentId);
