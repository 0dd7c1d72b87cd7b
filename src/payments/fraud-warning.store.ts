import type { EntityManager } from '@mikro-orm/postgresql';
import { type InstantPosition, olderThan } from '../platform/database/instant-position.js';
import { FraudWarning } from './fraud-warning.entity.js';

export interface FraudWarningListing {
  /** Null: all accounts. */
  readonly accountId: string | null;
  /** Null: both kinds. */
  readonly actionable: boolean | null;
  /** Only warnings older than this one. */
  readonly before: InstantPosition | null;
  readonly limit: number;
}

/** Reads early fraud warnings, of all accounts, newest first. */
export class FraudWarningStore {
  page(em: EntityManager, listing: FraudWarningListing): Promise<FraudWarning[]> {
    const { accountId, actionable, before, limit } = listing;
    return em.find(
      FraudWarning,
      {
        $and: [
          accountId === null ? {} : { payment: { accountId } },
          actionable === null ? {} : { actionable },
          olderThan('createdAt', before),
        ],
      },
      { populate: ['payment'], orderBy: { createdAt: 'desc', id: 'desc' }, limit },
    );
  }
}
