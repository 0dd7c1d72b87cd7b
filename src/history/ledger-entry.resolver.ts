import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { BalanceReader } from '../credits/balance-reader.js';
import { chronologicalCursors } from '../graphql/connections/chronological-cursor.js';
import { checkedPageSize, defaultPageSize, maxPageSize, pageOf } from '../graphql/connections/page.js';
import { After } from '../graphql/connections/page-args.js';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { accountOf } from '../platform/caller.js';
import { LedgerEntryStore } from './ledger-entry.store.js';
import { LedgerEntryConnection, LedgerEntryType, LedgerTransferType } from './ledger-entry.types.js';

const cursors = chronologicalCursors('ledgerEntries', 1);
const cursorOf = ({ createdAt, seq }: LedgerEntryType) => cursors.encode({ at: createdAt, seq });

@Resolver(() => LedgerEntryType)
export class LedgerEntryResolver {
  constructor(
    private readonly entries: LedgerEntryStore,
    private readonly balances: BalanceReader,
  ) {}

  @Authorized()
  @Query(() => LedgerEntryConnection, {
    description:
      "An account's journal to the letter, newest first: as the billing history, with holds, balances, transfers and hashes.",
  })
  async ledgerEntries(
    @Ctx() context: BillingContext,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: defaultPageSize,
      description: `How many entries at most, 1 to ${maxPageSize}.`,
    })
    pageSize: number | null,
    @After() after?: string | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'The account to look at. For service and admin keys only, which must give it.',
    })
    accountId?: string | null,
  ): Promise<LedgerEntryConnection> {
    const id = accountOf(callerOf(context), accountId);
    const first = checkedPageSize(pageSize ?? defaultPageSize);
    const before = after == null ? null : cursors.decode(after);
    const entries = await this.entries.page({ accountId: id, before, limit: first + 1 });
    // An empty page may mean that there is no such account; say so.
    if (entries.length === 0) await this.balances.balance(id);
    return pageOf({ found: entries.map((entry) => new LedgerEntryType(id, entry)), first, after, cursorOf });
  }

  @FieldResolver(() => [LedgerTransferType], { description: 'What it moved; empty where nothing moved.' })
  async transfers(@Root() entry: LedgerEntryType): Promise<LedgerTransferType[]> {
    const { accountId, createdAt: at, seq, firstTransfer } = entry;
    if (firstTransfer === null) return [];
    const further = await this.entries.furtherTransfers({ accountId, at, seq });
    return [firstTransfer, ...further].map((transfer) => new LedgerTransferType(transfer));
  }
}
