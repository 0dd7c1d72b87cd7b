import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { AccountPresenter } from '../accounts/account-presenter.js';
import { actorOf, type BillingContext } from '../graphql/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EraseAccountDataInput } from './erasure.inputs.js';
import { ErasureService } from './erasure.service.js';
import { EraseAccountDataPayload } from './erasure.types.js';

@Resolver()
export class ErasureResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly erasure: ErasureService,
    private readonly presenter: AccountPresenter,
  ) {}

  @Authorized('ADMIN')
  @Mutation(() => EraseAccountDataPayload, {
    description:
      "Erases an account's personal data for good: its name and email address, the names of its keys, which are revoked, and notes about it. The books stay as they are. Its customer at Stripe is left to you. Repeating it erases what was entered since. Admin keys only.",
  })
  async eraseAccountData(
    @Arg('input', () => EraseAccountDataInput, { description: 'Whose data.' }) input: EraseAccountDataInput,
    @Ctx() context: BillingContext,
  ): Promise<EraseAccountDataPayload> {
    const { account, ...erased } = await this.uow.run((em) =>
      this.erasure.erase(em, input.accountId, actorOf(context)),
    );
    context.log.info({ accountId: account.id, revokedKeys: erased.revokedKeys }, 'account data erased');
    return { account: this.presenter.one(account), ...erased };
  }
}
