import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BalanceType } from '../credits/balance.types.js';
import { BalanceReader } from '../credits/balance-reader.js';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { forbidden } from '../platform/caller.js';
import { notFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ConfirmPayment } from './confirm-payment.js';
import { CreatePaymentIntent } from './create-payment-intent.js';
import { codeForCustomer } from './decline-code.js';
import { Dispute } from './dispute.entity.js';
import { DisputeType } from './dispute.types.js';
import { FraudWarning } from './fraud-warning.entity.js';
import { FraudWarningType } from './fraud-warning.types.js';
import { Payment } from './payment.entity.js';
import { ConfirmPaymentInput, CreatePaymentIntentInput } from './payment.inputs.js';
import { ConfirmPaymentPayload, CreatePaymentIntentPayload, PaymentType } from './payment.types.js';
import { Refund } from './refund.entity.js';
import { RefundType } from './refund.types.js';

@Resolver(() => PaymentType)
export class PaymentResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly createIntent: CreatePaymentIntent,
    private readonly confirm: ConfirmPayment,
    private readonly balances: BalanceReader,
  ) {}

  @Authorized()
  @Query(() => PaymentType, {
    nullable: true,
    description: 'One payment. Customers see their own; for anything else there is NOT_FOUND.',
  })
  async payment(
    @Arg('paymentIntentId', () => ID, { description: 'The payment intent, "pi_…".' }) paymentIntentId: string,
    @Ctx() context: BillingContext,
  ): Promise<PaymentType> {
    const { accountId } = callerOf(context);
    const payment = await this.uow.read((em) =>
      em.findOne(Payment, {
        stripePaymentIntentId: paymentIntentId,
        ...(accountId !== null && { accountId }),
      }),
    );
    if (!payment) throw notFound('Payment');
    return new PaymentType(payment);
  }

  @FieldResolver()
  failureCode(@Root() { failureCode }: PaymentType, @Ctx() context: BillingContext): string | null {
    const isForCustomer = callerOf(context).role === 'CUSTOMER';
    return isForCustomer && failureCode !== null ? codeForCustomer(failureCode) : failureCode;
  }

  @FieldResolver(() => [RefundType], { description: 'Its refunds, oldest first, failed ones too.' })
  async refunds(@Root() payment: PaymentType): Promise<RefundType[]> {
    const refunds = await this.uow.read((em) =>
      em.find(Refund, { payment: payment.id }, { orderBy: { createdAt: 'asc', id: 'asc' } }),
    );
    return refunds.map((refund) => new RefundType(refund));
  }

  @FieldResolver(() => [DisputeType], { description: 'Its disputes, oldest first, those that are over too.' })
  async disputes(@Root() payment: PaymentType): Promise<DisputeType[]> {
    const disputes = await this.uow.read((em) =>
      em.find(
        Dispute,
        { payment: payment.id },
        { populate: ['payment'], orderBy: { createdAt: 'asc', id: 'asc' } },
      ),
    );
    return disputes.map((dispute) => new DisputeType(dispute));
  }

  // Who paid with somebody else's card is not to learn that it was noticed.
  @Authorized('ADMIN')
  @FieldResolver(() => [FraudWarningType], {
    description: 'Its early fraud warnings, oldest first. Admin keys only.',
  })
  async fraudWarnings(@Root() payment: PaymentType): Promise<FraudWarningType[]> {
    const warnings = await this.uow.read((em) =>
      em.find(
        FraudWarning,
        { payment: payment.id },
        { populate: ['payment'], orderBy: { createdAt: 'asc', id: 'asc' } },
      ),
    );
    return warnings.map((warning) => new FraudWarningType(warning));
  }

  @Authorized('CUSTOMER')
  @Mutation(() => CreatePaymentIntentPayload, {
    description:
      'Starts buying a package. Pay the intent with Stripe.js, then call `confirmPayment`; the webhook credits it too, whichever comes first. Customer keys only.',
  })
  async createPaymentIntent(
    @Arg('input', () => CreatePaymentIntentInput, { description: 'What to buy.' })
    input: CreatePaymentIntentInput,
    @Ctx() context: BillingContext,
  ): Promise<CreatePaymentIntentPayload> {
    const created = await this.createIntent.execute({
      accountId: ownAccount(context),
      creditAmount: input.creditAmount,
      idempotencyKey: input.idempotencyKey ?? null,
      by: actorOf(context),
    });
    return { ...created, payment: new PaymentType(created.payment) };
  }

  @Authorized('CUSTOMER')
  @Mutation(() => ConfirmPaymentPayload, {
    description:
      'Asks Stripe whether a payment succeeded, and if so grants its credits, once. PAYMENT_NOT_SUCCEEDED says how far it is. Customer keys only.',
  })
  async confirmPayment(
    @Arg('input', () => ConfirmPaymentInput, { description: 'Which payment.' }) input: ConfirmPaymentInput,
    @Ctx() context: BillingContext,
  ): Promise<ConfirmPaymentPayload> {
    const accountId = ownAccount(context);
    const { payment, creditsAdded } = await this.confirm.execute(
      accountId,
      input.paymentIntentId,
      actorOf(context),
    );
    const balance = await this.balances.balance(accountId);
    return {
      payment: new PaymentType(payment),
      creditsAdded,
      balance: new BalanceType(accountId, balance),
    };
  }
}

function ownAccount(context: BillingContext): string {
  const caller = callerOf(context);
  if (caller.role !== 'CUSTOMER') throw forbidden();
  return caller.accountId;
}
