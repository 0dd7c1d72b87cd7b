import { Arg, Authorized, ID, Query, Resolver } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';
import { cursorPatterns } from '../graphql/connections/cursor.js';
import { instantCursors } from '../graphql/connections/instant-cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { notFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FraudWarningStore } from './fraud-warning.store.js';
import { FraudWarningType } from './fraud-warning.types.js';
import { FraudWarningConnection } from './fraud-warning-connection.types.js';

const cursors = instantCursors('fraudWarnings', 1, cursorPatterns.uuid);
const cursorOf = ({ createdAt, id }: FraudWarningType) => cursors.encode({ at: createdAt, id });

@Resolver()
export class FraudWarningResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: FraudWarningStore,
  ) {}

  @Authorized('ADMIN')
  @Query(() => FraudWarningConnection, {
    description:
      'Early fraud warnings of all accounts, newest first: what to refund before there is a dispute with its fee. Admin keys only.',
  })
  async fraudWarnings(
    @First('warnings') first: number,
    @After() after?: string | null,
    @Arg('actionable', () => Boolean, {
      nullable: true,
      description: 'Only those about which something can still be done, or only the others; left out: both.',
    })
    actionable?: boolean | null,
    @Arg('accountId', () => ID, { nullable: true, description: 'Only warnings of this account.' })
    accountId?: string | null,
  ): Promise<FraudWarningConnection> {
    const limit = checkedPageSize(first) + 1;
    if (accountId != null && !accountIdPattern.test(accountId)) throw notFound('Account');
    const warnings = await this.uow.read((em) =>
      this.store.page(em, {
        accountId: accountId ?? null,
        actionable: actionable ?? null,
        before: after == null ? null : cursors.decode(after),
        limit,
      }),
    );
    const found = warnings.map((warning) => new FraudWarningType(warning));
    return pageOf({ found, first, after, cursorOf });
  }
}
