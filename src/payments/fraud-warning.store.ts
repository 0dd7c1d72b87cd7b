import type { EntityManager } from '@mikro-orm/postgresql';
import { FraudWarning } from './fraud-warning.entity.js';

/** A place in the list of all warnings. */
export interface FraudWarningPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface FraudWarningListing {
  /** Null: all accounts. */
  readonly accountId: string | null;
  /** Null: both kinds. */
  readonly actionable: boolean | null;
  /** Only warnings older than this one. */
  readonly before: FraudWarningPosition | null;
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
          before === null
            ? {}
            : {
                $or: [
                  { createdAt: { $lt: before.createdAt } },
                  { createdAt: before.createdAt, id: { $lt: before.id } },
                ],
              },
        ],
      },
      { populate: ['payment'], orderBy: { createdAt: 'desc', id: 'desc' }, limit },
    );
  }
}
