import type { EntityManager } from '@mikro-orm/postgresql';
import type { CreditsService } from '../../../src/credits/credits.service.js';
import type { Clock } from '../../../src/platform/clock.js';
import { DomainError } from '../../../src/platform/errors.js';
import type { UnitOfWork } from '../../../src/platform/unit-of-work.js';
import {
  centsPerCredit,
  microPerCent,
  type PaymentFailure,
  type Purchase,
  type Refund,
  type Unwind,
} from './operations.js';

interface PaymentRow {
  readonly lot_id: string | null;
  readonly amount: string;
  readonly refunded_amount: string;
}

interface RefundRow {
  readonly status: string;
  readonly amount: string;
  readonly claw_back_seq: string;
}

const currency = 'USD';

/**
 * What payments do to an account's credits, and nothing else of them: in a transaction of its own, under the lock of
 * the payment's row. Each can be repeated.
 */
export class Payments {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly credits: CreditsService,
    private readonly clock: Clock,
  ) {}

  async purchase({ accountId, paymentId, credits }: Purchase): Promise<void> {
    const cents = BigInt(credits * centsPerCredit);
    await this.uow.run(async (em) => {
      await em.execute(
        `insert into payments (id, account_id, status, package_price_id, credits, amount, currency, refunded_amount, created_at)
         select ?, ?, 'PROCESSING', id, ?, ?, ?, 0, ? from credit_package_prices limit 1 on conflict do nothing`,
        [paymentId, accountId, credits, cents, currency, this.clock.now()],
      );
      if ((await lockPayment(em, paymentId))?.lot_id !== null) return;
      const lot = await this.credits.purchase(
        em,
        { accountId, paymentId, credits: cents * microPerCent, price: { amount: cents, currency } },
        {
          type: 'PURCHASE',
          description: `Purchase ${paymentId}`,
          money: { amount: cents, currency },
          paymentId,
        },
      );
      await em.execute(
        `update payments set status = 'SUCCEEDED', succeeded_at = ?, lot_id = ? where id = ?`,
        [this.clock.now(), lot.id, paymentId],
      );
    });
  }

  /** @throws DomainError PAYMENT_NOT_SUCCEEDED, REFUND_EXCEEDS_PAYMENT, CREDITS_ALREADY_SPENT */
  async refund({ accountId, paymentId, refundId, cents, rejectsSpent }: Refund): Promise<void> {
    const credits = cents * microPerCent;
    await this.uow.run(async (em) => {
      const payment = await lockPayment(em, paymentId);
      if (!payment?.lot_id) throw new DomainError('PAYMENT_NOT_SUCCEEDED', 'It was not paid.');
      if (await readRefund(em, refundId)) return;
      if (cents > BigInt(payment.amount) - BigInt(payment.refunded_amount))
        throw new DomainError('REFUND_EXCEEDS_PAYMENT', 'So much is not left.');
      if (rejectsSpent && (await this.credits.remainingInLot(em, accountId, payment.lot_id)) < credits)
        throw new DomainError('CREDITS_ALREADY_SPENT', 'They are spent.');
      const back = { lotId: payment.lot_id, amount: credits, to: 'refunded' } as const;
      const seq = await this.credits.clawBack(em, accountId, back, {
        type: 'REFUND',
        description: `Refund ${refundId}`,
        money: { amount: -cents, currency },
        paymentId,
        refundId,
      });
      await em.execute(
        `insert into refunds (id, payment_id, status, amount, currency, credits, reason, claw_back_seq, created_at)
         values (?, ?, 'SUCCEEDED', ?, ?, ?, 'DUPLICATE', ?, ?)`,
        [refundId, paymentId, cents, currency, credits, seq, this.clock.now()],
      );
      await countRefund(em, paymentId, cents);
    });
  }

  async unwind({ accountId, paymentId, refundId }: Unwind): Promise<void> {
    await this.uow.run(async (em) => {
      await lockPayment(em, paymentId);
      const refund = await readRefund(em, refundId);
      if (!refund) throw new DomainError('NOT_FOUND', 'Refund not found.');
      if (refund.status === 'FAILED') return;
      const clawBackSeq = BigInt(refund.claw_back_seq);
      await this.credits.unwind(
        em,
        accountId,
        { clawBackSeq, writtenOff: false },
        {
          type: 'REFUND_FAILED',
          description: `Refund ${refundId} failed`,
          money: { amount: BigInt(refund.amount), currency },
          paymentId,
          refundId,
        },
      );
      await em.execute(`update refunds set status = 'FAILED' where id = ?`, [refundId]);
      await countRefund(em, paymentId, -BigInt(refund.amount));
    });
  }

  async fail({ accountId, paymentId, description }: PaymentFailure): Promise<void> {
    await this.uow.run((em) =>
      this.credits.note(em, accountId, { type: 'PAYMENT_FAILED', description, paymentId }),
    );
  }
}

async function lockPayment(em: EntityManager, id: string): Promise<PaymentRow | undefined> {
  const sql = 'select lot_id, amount, refunded_amount from payments where id = ? for update';
  const [row] = await em.execute<PaymentRow[]>(sql, [id]);
  return row;
}

async function readRefund(em: EntityManager, id: string): Promise<RefundRow | undefined> {
  const sql = 'select status, amount, claw_back_seq from refunds where id = ?';
  const [row] = await em.execute<RefundRow[]>(sql, [id]);
  return row;
}

const countRefund = (em: EntityManager, paymentId: string, cents: bigint) =>
  em.execute(
    `update payments set refunded_amount = refunded_amount + ?::bigint,
       status = case refunded_amount + ?::bigint when 0 then 'SUCCEEDED' when amount then 'REFUNDED'
         else 'PARTIALLY_REFUNDED' end
     where id = ?`,
    [cents, cents, paymentId],
  );
