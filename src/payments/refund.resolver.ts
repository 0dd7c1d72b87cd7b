import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { BalanceType } from '../credits/balance.types.js';
import { BalanceReader } from '../credits/balance-reader.js';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { PaymentType } from './payment.types.js';
import {
  defaultRefundReason,
  defaultSpentCreditsPolicy,
  RefundInput,
  RefundPayload,
  RefundType,
} from './refund.types.js';
import { RefundPayment } from './refund-payment.js';

@Resolver()
export class RefundResolver {
  constructor(
    private readonly refundPayment: RefundPayment,
    private readonly balances: BalanceReader,
  ) {}

  @Authorized('ADMIN')
  @Mutation(() => RefundPayload, {
    description:
      'Gives money back and takes its share of the credits. REFUND_EXCEEDS_PAYMENT and CREDITS_ALREADY_SPENT say in `refundable` how much is possible. Admin keys only.',
  })
  async refund(
    @Arg('input', () => RefundInput, { description: 'Which payment, how much, and why.' }) input: RefundInput,
    @Ctx() context: BillingContext,
  ): Promise<RefundPayload> {
    const { keyId } = callerOf(context);
    const refund = await this.refundPayment.execute({
      paymentIntentId: input.paymentIntentId,
      amount: input.amount ?? null,
      reason: input.reason ?? defaultRefundReason,
      note: input.note ?? null,
      spentCredits: input.spentCredits ?? defaultSpentCreditsPolicy,
      idempotencyKey: input.idempotencyKey ?? null,
      requestedBy: keyId,
      by: actorOf(context),
    });
    const { payment } = refund;
    const balance = await this.balances.balance(payment.accountId);
    return {
      refund: new RefundType(refund),
      payment: new PaymentType(payment),
      balance: new BalanceType(payment.accountId, balance),
    };
  }
}
