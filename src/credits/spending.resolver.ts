import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { formatCredits } from '../platform/credits.js';
import { BalanceType, CreditLotType } from './balance.types.js';
import {
  DebitCreditsInput,
  defaultGrantPriority,
  defaultGrantSource,
  GrantCreditsInput,
} from './spending.inputs.js';
import { SpendingService } from './spending.service.js';
import { DebitCreditsPayload, GrantCreditsPayload } from './spending.types.js';

@Resolver()
export class SpendingResolver {
  constructor(private readonly spending: SpendingService) {}

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => DebitCreditsPayload, {
    description:
      'Spends credits, all or nothing. INSUFFICIENT_CREDITS, CREDITS_HELD or ACCOUNT_IN_DEBT where that cannot be. Service and admin keys only.',
  })
  async debitCredits(
    @Arg('input', () => DebitCreditsInput, {
      description: 'Whose credits, how many, and what for.',
      validate: false,
    })
    input: DebitCreditsInput,
    @Ctx() context: BillingContext,
  ): Promise<DebitCreditsPayload> {
    const { accountId } = input;
    const { debited, replayed, balance } = await this.spending.debit({
      ...input,
      description: input.description ?? null,
      metadata: input.metadata ?? null,
      occurredAt: null,
    });
    context.log.info({ accountId, credits: formatCredits(debited), replayed }, 'credits debited');
    return { debited, replayed, balance: new BalanceType(accountId, balance) };
  }

  @Authorized('ADMIN')
  @Mutation(() => GrantCreditsPayload, {
    description: 'Gives an account credits without a payment. Debt is paid from them first. Admin keys only.',
  })
  async grantCredits(
    @Arg('input', () => GrantCreditsInput, { description: 'Who gets how many credits, and on which terms.' })
    input: GrantCreditsInput,
    @Ctx() context: BillingContext,
  ): Promise<GrantCreditsPayload> {
    const { accountId, credits } = input;
    const source = input.source ?? defaultGrantSource;
    const { lot, balance } = await this.spending.grant({
      ...input,
      source,
      priority: input.priority ?? defaultGrantPriority,
      effectiveAt: input.effectiveAt ?? null,
      expiresAt: input.expiresAt ?? null,
      note: input.note ?? null,
      by: actorOf(context),
    });
    const { keyId } = callerOf(context);
    context.log.info(
      { accountId, credits: formatCredits(credits), source, lotId: lot.id, byKeyId: keyId },
      'credits granted',
    );
    return { lot: new CreditLotType(lot), balance: new BalanceType(accountId, balance) };
  }
}
