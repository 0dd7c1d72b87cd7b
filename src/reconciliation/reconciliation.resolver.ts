import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { cursorPatterns } from '../graphql/connections/cursor.js';
import { instantCursors } from '../graphql/connections/instant-cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { ReconcilePayload, ReconciliationType } from './reconciliation.types.js';
import { ReconciliationConnection } from './reconciliation-connection.types.js';
import { Reports } from './reports.js';
import { RequestReconciliation } from './request-reconciliation.js';

const cursors = instantCursors('reconciliations', 1, cursorPatterns.uuid);
const cursorOf = ({ startedAt, id }: ReconciliationType) => cursors.encode({ at: startedAt, id });

@Resolver()
export class ReconciliationResolver {
  constructor(
    private readonly reports: Reports,
    private readonly requests: RequestReconciliation,
  ) {}

  @Authorized('ADMIN')
  @Query(() => ReconciliationType, {
    description: 'One reconciliation; NOT_FOUND if there is none with this id. Admin keys only.',
  })
  async reconciliation(
    @Arg('id', () => ID, { description: "The reconciliation's id." }) id: string,
  ): Promise<ReconciliationType> {
    if (!cursorPatterns.uuid.test(id)) throw badInput('The id of a reconciliation is a UUID.');
    const report = await this.reports.find(id);
    if (!report) throw notFound('Reconciliation');
    return new ReconciliationType(report);
  }

  @Authorized('ADMIN')
  @Query(() => ReconciliationConnection, {
    description: 'All reconciliations with Stripe, newest first; one runs every hour. Admin keys only.',
  })
  async reconciliations(
    @First('reconciliations') first: number,
    @After() after?: string | null,
  ): Promise<ReconciliationConnection> {
    const limit = checkedPageSize(first) + 1;
    const before = after == null ? null : cursors.decode(after);
    const found = await this.reports.list({ before, limit });
    return pageOf({ found: found.map((report) => new ReconciliationType(report)), first, after, cursorOf });
  }

  @Authorized('ADMIN')
  @Mutation(() => ReconcilePayload, {
    description:
      'Compares our books with those of Stripe now instead of within the hour, and heals what asking Stripe again heals. It runs as a job; asking twice queues one. Admin keys only.',
  })
  async reconcile(@Ctx() context: BillingContext): Promise<ReconcilePayload> {
    const requestedBy = callerOf(context).keyId;
    const { queued, running } = await this.requests.execute(requestedBy);
    context.log.info({ byKeyId: requestedBy, queued }, 'reconciliation requested');
    return { queued, running: running && new ReconciliationType(running) };
  }
}
