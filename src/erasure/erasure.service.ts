import type { EntityManager } from '@mikro-orm/postgresql';
import type { Account } from '../accounts/account.entity.js';
import type { AccountService } from '../accounts/account.service.js';
import type { ApiKeyService } from '../accounts/api-key.service.js';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { PaymentPersonalData } from '../payments/personal-data.js';
import type { Actor } from '../platform/actor.js';

export interface Erasure {
  readonly account: Account;
  readonly revokedKeys: number;
  readonly erasedAuditEntries: number;
  /** Where the same is left to do at Stripe; null: nowhere. */
  readonly stripeCustomerId: string | null;
}

/** Forgets who a customer is, in every room at once, and leaves the books as they are. */
export class ErasureService {
  constructor(
    private readonly accounts: AccountService,
    private readonly apiKeys: ApiKeyService,
    private readonly payments: PaymentPersonalData,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Repeating it does no harm, and erases what was entered since.
   * @throws DomainError NOT_FOUND
   */
  async erase(em: EntityManager, accountId: string, by: Actor): Promise<Erasure> {
    // First, for it takes the lock that keeps purchases from copying what is being erased.
    const account = await this.accounts.erase(em, accountId);
    const revokedKeys = await this.apiKeys.eraseOf(em, accountId);
    const stripeCustomerId = await this.payments.erase(em, accountId);
    const erasedAuditEntries = await this.auditLog.erase(em, accountId);
    await this.auditLog.record(em, by, {
      action: 'ACCOUNT_ERASE',
      accountId,
      targetId: accountId,
      after: { revokedKeys, erasedAuditEntries, stripeCustomerId },
    });
    return { account, revokedKeys, erasedAuditEntries, stripeCustomerId };
  }
}
