import { Arg, Authorized, ID, Int, Query, Resolver } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';
import { cursorCodec, cursorPatterns } from '../graphql/connections/cursor.js';
import { checkedPageSize, defaultPageSize, maxPageSize, pageOf } from '../graphql/connections/page.js';
import { notFound } from '../platform/errors.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DisputeStore } from './dispute.store.js';
import { DisputeStatusEnum, DisputeType } from './dispute.types.js';
import { DisputeConnection } from './dispute-connection.types.js';
import type { DisputeStatus } from './dispute-state.js';

const cursors = cursorCodec('disputes', 1, {
  milliseconds: cursorPatterns.milliseconds,
  id: cursorPatterns.uuid,
});
const cursorOf = ({ createdAt, id }: DisputeType) =>
  cursors.encode({ milliseconds: `${createdAt.getTime()}`, id });

function positionOf(cursor: string) {
  const { milliseconds, id } = cursors.decode(cursor);
  return { createdAt: new Date(Number(milliseconds)), id };
}

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
    @Arg('first', () => Int, {
      defaultValue: defaultPageSize,
      description: `How many disputes at most, 1 to ${maxPageSize}.`,
    })
    first: number,
    @Arg('openOnly', () => Boolean, {
      defaultValue: false,
      description: 'Only those that are not over.',
    })
    openOnly: boolean,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' })
    after?: string | null,
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
        before: after == null ? null : positionOf(after),
        limit,
      }),
    );
    const found = disputes.map((dispute) => new DisputeType(dispute));
    return pageOf({ found, first, after, cursorOf });
  }
}
