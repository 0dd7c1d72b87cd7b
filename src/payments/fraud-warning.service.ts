import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { Log } from '../platform/log.js';
import { FraudWarning } from './fraud-warning.entity.js';
import type { Payment } from './payment.entity.js';
import type { FraudWarningSnapshot } from './payment-gateway.js';

/**
 * Early fraud warnings in our books. They move neither money nor credits: they are the chance to refund before there is
 * a dispute, with its fee. See https://docs.stripe.com/disputes/measuring#early-fraud-warnings.
 */
export class FraudWarningService {
  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Brings our warnings in line with those that Stripe reports. Expects the payment's row locked by the caller's
   * transaction. At Stripe a refund or a dispute makes a warning no longer actionable, so an older report is told by
   * what it still calls actionable, and changes nothing.
   */
  async report(
    em: EntityManager,
    payment: Payment,
    snapshots: readonly FraudWarningSnapshot[],
  ): Promise<void> {
    const known = await em.find(FraudWarning, { payment });
    for (const snapshot of snapshots) {
      const warning = known.find(({ stripeWarningId }) => stripeWarningId === snapshot.id);
      if (warning) warning.actionable &&= snapshot.actionable;
      else this.open(em, payment, snapshot);
    }
  }

  private open(em: EntityManager, payment: Payment, snapshot: FraudWarningSnapshot): void {
    const { id: fraudWarningId, fraudType, actionable, createdAt } = snapshot;
    const { accountId, id: paymentId } = payment;
    this.log.warn(
      { accountId, paymentId, fraudWarningId, fraudType, actionable },
      'payment may be fraudulent',
    );
    em.create(FraudWarning, {
      id: newId(this.clock),
      payment,
      stripeWarningId: fraudWarningId,
      fraudType,
      actionable,
      createdAt,
      heardAt: this.clock.now(),
    });
  }
}
