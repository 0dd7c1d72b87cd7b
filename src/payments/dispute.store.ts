import type { EntityManager } from '@mikro-orm/postgresql';
import { type InstantPosition, olderThan } from '../platform/database/instant-position.js';
import { Dispute } from './dispute.entity.js';
import { closedDisputeStatuses, type DisputeStatus } from './dispute-state.js';

export interface DisputeListing {
  /** Null: all accounts. */
  readonly accountId: string | null;
  /** Null: all statuses. */
  readonly statuses: readonly DisputeStatus[] | null;
  readonly openOnly: boolean;
  /** Only disputes older than this one. */
  readonly before: InstantPosition | null;
  readonly limit: number;
}

/** Reads disputes, of all accounts, newest first. */
export class DisputeStore {
  page(em: EntityManager, listing: DisputeListing): Promise<Dispute[]> {
    const { accountId, statuses, openOnly, before, limit } = listing;
    return em.find(
      Dispute,
      {
        $and: [
          accountId === null ? {} : { payment: { accountId } },
          statuses === null ? {} : { status: { $in: [...statuses] } },
          openOnly ? { status: { $nin: [...closedDisputeStatuses] } } : {},
          olderThan('createdAt', before),
        ],
      },
      { populate: ['payment'], orderBy: { createdAt: 'desc', id: 'desc' }, limit },
    );
  }
}
