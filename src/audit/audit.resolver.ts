import { Arg, Authorized, ID, Query, Resolver } from 'type-graphql';
import { AccountService } from '../accounts/account.service.js';
import { accountIdPattern } from '../accounts/limits.js';
import { cursorCodec } from '../graphql/connections/cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AccountAuditType } from './audit.types.js';
import { AccountAuditConnection } from './audit-connection.types.js';
import { Auditor } from './auditor.js';
import { auditCost, maxAuditedAccounts, maxAuditedRowsPerAccount } from './limits.js';

const cursors = cursorCodec('audit', 1, { id: accountIdPattern });
const cursorOf = ({ id }: { readonly id: string }) => cursors.encode({ id });

@Resolver()
export class AuditResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountService,
    private readonly auditor: Auditor,
  ) {}

  @Authorized('ADMIN')
  @Query(() => AccountAuditConnection, {
    complexity: auditCost,
    description:
      'Recomputes the books of a few accounts from the journal, and says what differs. All accounts at once, however large, are audited by the command line. Admin keys only.',
  })
  async audit(
    @First('accounts', maxAuditedAccounts) first: number,
    @After() after?: string | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'This account alone; NOT_FOUND if nothing names it.',
    })
    accountId?: string | null,
  ): Promise<AccountAuditConnection> {
    const limit = checkedPageSize(first, maxAuditedAccounts) + 1;
    const found = accountId == null ? await this.#accountsAfter(after, limit) : [{ id: accountId }];
    const { edges, nodes, pageInfo } = pageOf({ found, first, after, cursorOf });
    const ids = nodes.map(({ id }) => id);
    const reports = await this.auditor.auditBounded(ids, maxAuditedRowsPerAccount);
    const audits = reports.map((report) => new AccountAuditType(report));
    return {
      edges: audits.map((node, i) => ({ cursor: edges[i]?.cursor ?? '', node })),
      nodes: audits,
      pageInfo,
    };
  }

  #accountsAfter(cursor: string | null | undefined, limit: number): Promise<readonly { id: string }[]> {
    const afterId = cursor == null ? null : cursors.decode(cursor).id;
    return this.uow.read((em) => this.accounts.list(em, { afterId, limit }));
  }
}
