import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { cursorCodec } from '../graphql/connections/cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CreateAccountInput } from './account.inputs.js';
import { AccountService } from './account.service.js';
import { AccountType, CreateAccountPayload } from './account.types.js';
import { AccountConnection } from './account-connection.types.js';
import { AccountPresenter } from './account-presenter.js';
import { accountIdPattern, maxSearchChars } from './limits.js';

const cursors = cursorCodec('accounts', 1, { id: accountIdPattern });
const cursorOf = ({ id }: AccountType) => cursors.encode({ id });

@Resolver()
export class AccountResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountService,
    private readonly presenter: AccountPresenter,
  ) {}

  @Authorized('ADMIN')
  @Query(() => AccountType, {
    description: 'One account; NOT_FOUND if there is none with this id. Admin keys only.',
  })
  async account(@Arg('id', () => ID, { description: "The account's id." }) id: string): Promise<AccountType> {
    return this.presenter.one(await this.uow.read((em) => this.accounts.get(em, id)));
  }

  @Authorized('ADMIN')
  @Query(() => AccountConnection, {
    name: 'accounts',
    description: 'All accounts, in the order of their ids. Admin keys only.',
  })
  async list(
    @First('accounts') first: number,
    @After() after?: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description: `Only accounts with this in their id, name or email address, in any case; at most ${maxSearchChars} characters.`,
    })
    search?: string | null,
  ): Promise<AccountConnection> {
    const limit = checkedPageSize(first) + 1;
    const afterId = after == null ? null : cursors.decode(after).id;
    const found = await this.uow.read((em) => this.accounts.list(em, { search, afterId, limit }));
    return pageOf({ found: this.presenter.page(found), first, after, cursorOf });
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateAccountPayload, {
    description:
      'Opens an account with an empty balance. Give it an API key with `createApiKey`. Admin keys only.',
  })
  async createAccount(
    @Arg('input', () => CreateAccountInput, { description: 'The account to open.' })
    input: CreateAccountInput,
    @Ctx() context: BillingContext,
  ): Promise<CreateAccountPayload> {
    const account = await this.uow.run((em) => this.accounts.create(em, input, actorOf(context)));
    context.log.info({ accountId: account.id, byKeyId: callerOf(context).keyId }, 'account created');
    return { account: this.presenter.one(account) };
  }
}
