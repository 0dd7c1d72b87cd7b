import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.js';
import { formatCredits, type MicroCredits } from '../platform/credits.js';
import { badInput } from '../platform/errors.js';
import { claimIdempotencyKey } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import type { CreditsService } from './credits.service.js';
import type { CreditSource, Lot } from './lot.js';

export interface DebitCommand {
  readonly accountId: string;
  readonly credits: MicroCredits;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly idempotencyKey: string;
}

export interface GrantCommand {
  readonly accountId: string;
  readonly credits: MicroCredits;
  readonly source: CreditSource;
  readonly priority: number;
  readonly expiresAt: Date | null;
  readonly note: string | null;
  readonly idempotencyKey: string;
}

const maxMetadataBytes = 8 * 1024;

/** What the gateway and support may ask of credits, each under an idempotency key of the account. */
export class SpendingService {
  constructor(
    private readonly credits: CreditsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Spends credits once per key. A refused debit leaves its key free: it may be tried again.
   * @throws DomainError as CreditsService.debit does, and IDEMPOTENCY_KEY_REUSED
   */
  async debit(em: EntityManager, command: DebitCommand): Promise<{ readonly replayed: boolean }> {
    const metadata = command.metadata === null ? null : JSON.stringify(command.metadata);
    if (metadata !== null && Buffer.byteLength(metadata) > maxMetadataBytes) {
      throw badInput(`Metadata may take ${maxMetadataBytes} bytes of JSON at most.`);
    }
    const claim = await claimIdempotencyKey(em, this.clock, {
      accountId: command.accountId,
      operation: 'debitCredits',
      key: command.idempotencyKey,
      input: { credits: command.credits, description: command.description, metadata },
      resource: formatCredits(command.credits),
    });
    if (claim.replayed) return claim;
    await this.credits.debit(em, command.accountId, command.credits, {
      type: 'USAGE',
      description: command.description ?? 'Usage',
      metadata: command.metadata,
    });
    return claim;
  }

  /**
   * Grants credits once per key.
   * @throws DomainError as CreditsService.grant does, and IDEMPOTENCY_KEY_REUSED
   */
  async grant(em: EntityManager, command: GrantCommand): Promise<Lot> {
    const { accountId, credits, source, priority, expiresAt, note } = command;
    const lotId = newId(this.clock);
    const claim = await claimIdempotencyKey(em, this.clock, {
      accountId,
      operation: 'grantCredits',
      key: command.idempotencyKey,
      input: { credits, source, priority, expiresAt: expiresAt?.toISOString(), note },
      resource: lotId,
    });
    if (claim.replayed) {
      const lot = await this.credits.lot(em, accountId, claim.resource);
      if (!lot) throw new Error('A granted lot vanished.');
      return lot;
    }
    return this.credits.grant(
      em,
      { lotId, accountId, credits, source, priority, expiresAt },
      {
        type: source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT',
        description: note ?? `Granted ${formatCredits(credits)} credits`,
      },
    );
  }
}
