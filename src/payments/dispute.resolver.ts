import { Arg, Authorized, ID, Query, Resolver } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';
import { cursorPatterns } from '../graphql/connections/cursor.js';
import { instantCursors } from '../graphql/connections/instant-cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { notFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DisputeStore } from './dispute.store.js';
import { DisputeStatusEnum, DisputeType } from './dispute.types.js';
import { DisputeConnection } from './dispute-connection.types.js';
import type { DisputeStatus } from './dispute-state.js';

const cursors = instantCursors('disputes', 1, cursorPatterns.uuid);
const cursorOf = ({ createdAt, id }: DisputeType) => cursors.encode({ at: createdAt, id });

@Resolver()
export class DisputeResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: DisputeStore,
  ) {}

  @Authorized('ADMIN')
  @Query(() => DisputeConnection, {
    description:
      "Disputes of all accounts with their deadlines, newest first. Evidence is submitted in Stripe's dashboard. Admin keys only.",
  })
  async disputes(
    @First('disputes') first: number,
    @Arg('openOnly', () => Boolean, {
      defaultValue: false,
      description: 'Only those that are not over.',
    })
    openOnly: boolean,
    @After() after?: string | null,
    @Arg('statuses', () => [DisputeStatusEnum], {
      nullable: true,
      description: 'Only disputes that stand so; left out or empty: all.',
    })
    statuses?: DisputeStatus[] | null,
    @Arg('accountId', () => ID, { nullable: true, description: 'Only disputes of this account.' })
    accountId?: string | null,
  ): Promise<DisputeConnection> {
    const limit = checkedPageSize(first) + 1;
    if (accountId != null && !accountIdPattern.test(accountId)) throw notFound('Account');
    const disputes = await this.uow.read((em) =>
      this.store.page(em, {
        accountId: accountId ?? null,
        statuses: statuses && statuses.length > 0 ? [...new Set(statuses)] : null,
        openOnly,
        before: after == null ? null : cursors.decode(after),
        limit,
      }),
    );
    const found = disputes.map((dispute) => new DisputeType(dispute));
    return pageOf({ found, first, after, cursorOf });
  }
}
