import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { accountOf } from '../platform/caller.js';
import { BalanceType, CreditLotType } from './balance.types.js';
import { BalanceReader } from './balance-reader.js';

@Resolver(() => BalanceType)
export class BalanceResolver {
  constructor(private readonly balances: BalanceReader) {}

  @Authorized()
  @Query(() => BalanceType, {
    description:
      'What an account may spend now. Customers see their own; service and admin keys name the account.',
  })
  async balance(
    @Ctx() context: BillingContext,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'The account to look at. For service and admin keys only, which must give it.',
    })
    accountId?: string | null,
    @Arg('asOf', () => Date, {
      nullable: true,
      description: 'An instant in the past at which to look; left out: now.',
    })
    asOf?: Date | null,
  ): Promise<BalanceType> {
    const id = accountOf(callerOf(context), accountId);
    return new BalanceType(id, await this.balances.balance(id, asOf), asOf);
  }

  @FieldResolver(() => [CreditLotType], {
    description: 'The lots the available credits lie in, in the order in which they will be spent.',
  })
  async lots(@Root() balance: BalanceType): Promise<CreditLotType[]> {
    const lots = await this.balances.lots(balance.accountId, balance.asOf);
    return lots.map((lot) => new CreditLotType(lot));
  }
}
