import { Arg, Authorized, ID, Query, Resolver } from 'type-graphql';
import { GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import { QuoteRefund } from './quote-refund.js';
import { RefundQuoteType } from './refund-quote.types.js';

@Resolver()
export class RefundQuoteResolver {
  constructor(private readonly quoteRefund: QuoteRefund) {}

  @Authorized('ADMIN')
  @Query(() => RefundQuoteType, {
    description:
      'What `refund` would do if it were called now: how much can go back, and which credits would be taken for it. Changes nothing. Fails as `refund` would, with PAYMENT_NOT_SUCCEEDED or REFUND_EXCEEDS_PAYMENT; spent credits are no failure here. Admin keys only.',
  })
  async refundQuote(
    @Arg('paymentId', () => ID, {
      description: 'The payment: our name for it, or its payment intent, "pi_…".',
    })
    paymentId: string,
    @Arg('amount', () => GraphQLSafeInt, {
      nullable: true,
      description: 'How much, in minor units (cents for USD); left out: all that is left of the payment.',
    })
    amount?: bigint | null,
  ): Promise<RefundQuoteType> {
    return new RefundQuoteType(await this.quoteRefund.execute(paymentId, amount ?? null));
  }
}
