import { Arg, Authorized, Query, Resolver } from 'type-graphql';
import { chronologicalCursors } from '../graphql/connections/chronological-cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AuditLogFilter } from './audit-log.inputs.js';
import { AuditLog } from './audit-log.service.js';
import { AuditLogConnection, AuditLogEntryType } from './audit-log.types.js';

const cursors = chronologicalCursors('auditLog', 1);
const cursorOf = ({ position }: AuditLogEntryType) => cursors.encode(position);

@Resolver()
export class AuditLogResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly auditLog: AuditLog,
  ) {}

  @Authorized('ADMIN')
  @Query(() => AuditLogConnection, {
    name: 'auditLog',
    description:
      'Who did what, newest first: everything that support, customers and Stripe did to accounts, keys, rates, payments, refunds, disputes and webhook events. What the gateway spends is in `ledgerEntries` instead. Admin keys only.',
  })
  async list(
    @First('entries') first: number,
    @After() after?: string | null,
    @Arg('filter', () => AuditLogFilter, { nullable: true, description: 'Only these entries.' })
    filter?: AuditLogFilter | null,
  ): Promise<AuditLogConnection> {
    const page = {
      accountId: filter?.accountId ?? null,
      actorKeyId: filter?.actorKeyId ?? null,
      action: filter?.action ?? null,
      from: filter?.from ?? null,
      to: filter?.to ?? null,
      before: after == null ? null : cursors.decode(after),
      limit: checkedPageSize(first) + 1,
    };
    const found = await this.uow.read((em) => this.auditLog.list(em, page));
    return pageOf({ found: found.map((entry) => new AuditLogEntryType(entry)), first, after, cursorOf });
  }
}
