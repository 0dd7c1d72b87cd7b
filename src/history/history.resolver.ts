import { Arg, Authorized, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { BalanceReader } from '../credits/balance-reader.js';
import { chronologicalCursors } from '../graphql/connections/chronological-cursor.js';
import { checkedPageSize, defaultPageSize, maxPageSize, pageOf } from '../graphql/connections/page.js';
import { After } from '../graphql/connections/page-args.js';
import { type BillingContext, callerOf } from '../graphql/context.js';
import type { BillingType } from '../ledger/operation.js';
import { accountOf } from '../platform/caller.js';
import { HistoryStore } from './history.store.js';
import { BillingEntryType, BillingEntryTypeEnum, BillingHistoryConnection } from './history.types.js';

const cursors = chronologicalCursors('billingHistory', 2);
const cursorOf = ({ createdAt, seq }: BillingEntryType) => cursors.encode({ at: createdAt, seq });

@Resolver()
export class HistoryResolver {
  constructor(
    private readonly history: HistoryStore,
    private readonly balances: BalanceReader,
  ) {}

  @Authorized()
  @Query(() => BillingHistoryConnection, {
    description: "Everything that happened to an account's credits and payments, newest first.",
  })
  async billingHistory(
    @Ctx() context: BillingContext,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: defaultPageSize,
      description: `How many lines at most, 1 to ${maxPageSize}.`,
    })
    pageSize: number | null,
    @After() after?: string | null,
    @Arg('types', () => [BillingEntryTypeEnum], {
      nullable: true,
      description: 'Only lines of these kinds; left out: all.',
    })
    types?: BillingType[] | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'The account to look at. For service and admin keys only, which must give it.',
    })
    accountId?: string | null,
  ): Promise<BillingHistoryConnection> {
    const id = accountOf(callerOf(context), accountId);
    const first = checkedPageSize(pageSize ?? defaultPageSize);
    const before = after == null ? null : cursors.decode(after);
    const wanted = types && types.length > 0 ? [...new Set(types)] : null;
    const query = { accountId: id, before, types: wanted, limit: first + 1 };
    const { entries, givenUpAt } = await this.history.page(query);
    // An empty page may mean that there is no such account; say so.
    if (entries.length === 0) await this.balances.balance(id);
    const found = entries.map((entry) => new BillingEntryType(id, entry));
    return pageOf({ found, first, after, givenUpAt: givenUpAt && cursors.encode(givenUpAt), cursorOf });
  }
}
