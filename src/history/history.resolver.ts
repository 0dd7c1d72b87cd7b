import { Arg, Authorized, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { BalanceReader } from '../credits/balance-reader.js';
import { cursorCodec, cursorPatterns } from '../graphql/connections/cursor.js';
import { checkedPageSize, defaultPageSize, maxPageSize, pageOf } from '../graphql/connections/page.js';
import { type BillingContext, callerOf } from '../graphql/context.js';
import type { BillingType } from '../ledger/operation.js';
import { accountOf } from '../platform/caller.js';
import { HistoryStore } from './history.store.js';
import { BillingEntryType, BillingEntryTypeEnum, BillingHistoryConnection } from './history.types.js';

const cursors = cursorCodec('billingHistory', 1, { seq: cursorPatterns.integer });
const cursorOf = ({ seq }: BillingEntryType) => cursors.encode({ seq: seq.toString() });

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
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' })
    after?: string | null,
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
    const before = after == null ? null : BigInt(cursors.decode(after).seq);
    const wanted = types && types.length > 0 ? [...new Set(types)] : null;
    const entries = await this.history.page({ accountId: id, before, types: wanted, limit: first + 1 });
    // An empty page may mean that there is no such account; say so.
    if (entries.length === 0) await this.balances.balance(id);
    const found = entries.map((entry) => new BillingEntryType(id, entry));
    return pageOf({ found, first, after, cursorOf });
  }
}
