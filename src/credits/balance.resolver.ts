import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { accountOf } from '../platform/caller.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BalanceType, CreditLotType } from './balance.types.js';
import { BalanceReader } from './balance-reader.js';
import { CreditsService } from './credits.service.js';

@Resolver(() => BalanceType)
export class BalanceResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly balances: BalanceReader,
    private readonly credits: CreditsService,
  ) {}

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
  ): Promise<BalanceType> {
    const id = accountOf(callerOf(context), accountId);
    return new BalanceType(id, await this.balances.balance(id));
  }

  @FieldResolver(() => [CreditLotType], {
    description: 'The lots the available credits lie in, in the order in which they will be spent.',
  })
  async lots(@Root() balance: BalanceType): Promise<CreditLotType[]> {
    const lots = await this.uow.read((em) => this.credits.lots(em, balance.accountId));
    return lots.map((lot) => new CreditLotType(lot));
  }
}
