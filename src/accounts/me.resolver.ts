import { Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AccountService } from './account.service.js';
import { Me } from './account.types.js';
import { AccountPresenter } from './account-presenter.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyType } from './api-key.types.js';

@Resolver()
export class MeResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountService,
    private readonly apiKeys: ApiKeyService,
    private readonly presenter: AccountPresenter,
  ) {}

  @Authorized()
  @Query(() => Me, { description: 'Who you are: what the API key you sent stands for. Any key.' })
  async me(@Ctx() context: BillingContext): Promise<Me> {
    const { role, keyId, accountId } = callerOf(context);
    return this.uow.read(async (em) => {
      const account = accountId === null ? null : await this.accounts.get(em, accountId);
      return {
        role,
        account: account && this.presenter.one(account),
        apiKey: new ApiKeyType(await this.apiKeys.get(em, keyId)),
      };
    });
  }
}
