import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuditedFields } from '../audit-log/audit-entry.js';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import type { MicroCredits } from '../platform/credits.js';
import { type Sql, sqlOf } from '../platform/database/sql.js';
import { badInput, DomainError, notFound } from '../platform/errors.js';
import { claimIdempotencyKey } from '../platform/idempotency/idempotency.js';
import { formatMarkup, formatPrice } from './decimal.js';
import { maxScheduleDays, maxWantedRates } from './limits.js';
import { priceOf } from './pricing.js';
import { type ModelName, type Rate, type RateTerms, type RateVersion, rateId } from './rate.js';
import type { CardPage, RateStore, VersionsPage, WantedRate } from './rate.store.js';

export interface RateEdit extends ModelName {
  /** Null: now. */
  readonly effectiveFrom: Date | null;
  readonly note: string | null;
  /** The API key it is asked for with. */
  readonly setBy: string;
  readonly by: Actor;
  readonly idempotencyKey: string;
}

export interface Edited {
  readonly version: RateVersion;
  /** Whether an earlier call with the same key had made it already. */
  readonly replayed: boolean;
}

export interface TokenUsage extends WantedRate {
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** The rate card belongs to no account, and no account's id is empty. */
const noAccount = '';

const msPerDay = 86_400_000;

/**
 * What tokens cost, now, before and later. At any instant a model has the rate that became effective last; what
 * is scheduled stays scheduled, whatever is set before its time comes.
 */
export class RateService {
  constructor(
    private readonly store: RateStore,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  /**
   * Adds the next version of a model's rate, once per key.
   * @throws DomainError BAD_USER_INPUT (effective in the past, or too far ahead), IDEMPOTENCY_KEY_REUSED
   */
  set(em: EntityManager, edit: RateEdit, terms: RateTerms): Promise<Edited> {
    return this.#append(em, 'setRate', edit, terms);
  }

  /**
   * Adds a version that says that the model has no rate, once per key.
   * @throws DomainError as `set` does, and NOT_FOUND for a model that never had a rate
   */
  retire(em: EntityManager, edit: RateEdit): Promise<Edited> {
    return this.#append(em, 'retireRate', edit, null);
  }

  /**
   * The rates in force, each for its model at its instant, in the order they are wanted and by one statement.
   * Null: the model has none then. What calls cost is then `priceOf`.
   * @throws RangeError for more than 1,000; whoever calls bounds what it is asked.
   */
  async rates(sql: Sql, wanted: readonly WantedRate[]): Promise<(Rate | null)[]> {
    if (wanted.length > maxWantedRates) throw new RangeError(`At most ${maxWantedRates} rates at once.`);
    return wanted.length === 0 ? [] : this.store.inForce(sql, wanted);
  }

  /**
   * What a call costs.
   * @throws DomainError NOT_FOUND for a model without a rate at that instant, and as `priceOf` does
   */
  async quote(sql: Sql, usage: TokenUsage): Promise<{ readonly credits: MicroCredits; readonly rate: Rate }> {
    const [rate] = await this.rates(sql, [usage]);
    if (!rate) throw noRate(usage);
    return { credits: priceOf(rate, usage.inputTokens, usage.outputTokens), rate };
  }

  /** The rates in force at an instant, in the order of provider and model. */
  card(sql: Sql, page: CardPage): Promise<Rate[]> {
    return this.store.card(sql, page);
  }

  /**
   * Everything that was ever set for a model, newest first.
   * @throws DomainError NOT_FOUND where that is nothing
   */
  async versions(sql: Sql, page: VersionsPage): Promise<RateVersion[]> {
    const found = await this.store.versions(sql, page);
    if (found.length === 0 && page.before === null) throw notFound('Model');
    return found;
  }

  async #append(
    em: EntityManager,
    operation: string,
    edit: RateEdit,
    terms: RateTerms | null,
  ): Promise<Edited> {
    const { provider, model, note, setBy } = edit;
    const sql = sqlOf(em);
    await this.store.lock(sql);
    const [newest] = await this.store.versions(sql, { provider, model, before: null, limit: 1 });
    const number = (newest?.version ?? 0) + 1;
    const claim = await claimIdempotencyKey(em, this.clock, {
      accountId: noAccount,
      operation,
      key: edit.idempotencyKey,
      input: { provider, model, ...terms, effectiveFrom: edit.effectiveFrom?.toISOString(), note },
      resource: String(number),
    });
    if (claim.replayed) {
      const version = await this.store.find(sql, edit, Number(claim.resource));
      if (!version) throw new Error('A version of a rate vanished.');
      return { version, replayed: true };
    }
    if (terms === null && !newest) throw notFound('Model');
    // Clocks of processes differ: what is set later "from now on" must not become effective earlier.
    const createdAt = latest(this.clock.now(), newest?.createdAt);
    const effectiveFrom = edit.effectiveFrom ?? createdAt;
    refuseEffective(effectiveFrom, createdAt);
    const version = { provider, model, version: number, effectiveFrom, terms, note, setBy, createdAt };
    await this.store.append(sql, version);
    await this.auditLog.record(em, edit.by, {
      action: terms === null ? 'RATE_RETIRE' : 'RATE_SET',
      accountId: null,
      targetId: rateId(version),
      note,
      idempotencyKey: edit.idempotencyKey,
      ...(newest && { before: auditedTerms(newest) }),
      after: auditedTerms(version),
    });
    return { version, replayed: false };
  }
}

/** Prices as they are shown; null where the model has none. */
const auditedTerms = ({
  terms,
  effectiveFrom,
}: Pick<RateVersion, 'terms' | 'effectiveFrom'>): AuditedFields => ({
  inputPricePer1K: terms && formatPrice(terms.inputPrice),
  outputPricePer1K: terms && formatPrice(terms.outputPrice),
  markupPercent: terms && formatMarkup(terms.markup),
  effectiveFrom,
});

/** Calls were priced by what was in force before now; it stays. */
function refuseEffective(from: Date, now: Date): void {
  const aheadMs = from.getTime() - now.getTime();
  if (aheadMs < 0)
    throw badInput('A rate cannot become effective in the past; leave effectiveFrom out to begin now.');
  if (aheadMs > maxScheduleDays * msPerDay) {
    throw badInput(`A rate is scheduled at most ${maxScheduleDays} days ahead.`);
  }
}

const latest = (a: Date, b: Date = a): Date => (b > a ? b : a);

const noRate = ({ provider, model, at }: WantedRate): DomainError =>
  new DomainError('NOT_FOUND', `${provider}/${model} has no rate at ${at.toISOString()}.`);
