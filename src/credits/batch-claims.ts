import type { Sql } from '../platform/database/sql.js';
import { type Claim, type ClaimKey, claims } from '../platform/idempotency/claims.store.js';
import { keyReused } from '../platform/idempotency/idempotency.js';

/** The idempotency keys of one batch, each claimed for the call that uses it; those of refused calls are set free again. */
export class BatchClaims {
  /** Claimed by this batch, and not used yet. */
  readonly #fresh = new Set<string>();
  /** Used, by an earlier batch or by this one. */
  readonly #used = new Map<string, Claim>();
  /** Of refused calls, with what was claimed for them. */
  #refused = new Map<string, ClaimKey>();
  /** Of calls that come after a refused one with the same key. */
  #late: Claim[] = [];

  /**
   * Takes it that none of the keys was used before. What is decided meanwhile stands only if `claiming` resolves.
   * @throws (`claiming`) an error that `isClaimed` knows where one was
   */
  static claimNew(
    sql: Sql,
    wanted: readonly Claim[],
    now: Date,
  ): { readonly claims: BatchClaims; readonly claiming: Promise<void> } {
    const batch = new BatchClaims();
    const once = wanted.filter((claim) => {
      const name = nameOf(claim);
      const isFirst = !batch.#fresh.has(name);
      batch.#fresh.add(name);
      return isFirst;
    });
    return { claims: batch, claiming: claims.claimNew(sql, once, now) };
  }

  /** Claims those that are free, and reads what was made with the others. */
  static async claim(sql: Sql, wanted: readonly Claim[], now: Date): Promise<BatchClaims> {
    const batch = new BatchClaims();
    for (const key of await claims.claim(sql, wanted, now)) batch.#fresh.add(nameOf(key));
    const earlier = wanted.filter((claim) => !batch.#fresh.has(nameOf(claim)));
    for (const claim of await claims.find(sql, earlier)) batch.#used.set(nameOf(claim), claim);
    return batch;
  }

  /**
   * What an earlier call with this key made; null where there was none.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED where that call asked for something else
   */
  madeBefore(claim: Claim): string | null {
    const earlier = this.#used.get(nameOf(claim));
    if (!earlier) return null;
    if (earlier.requestHash !== claim.requestHash) throw keyReused();
    return earlier.resource;
  }

  /** What the call that used this key made, whatever it asked for; null where nobody has used it yet. */
  resourceOf(claim: Claim): string | null {
    return this.#used.get(nameOf(claim))?.resource ?? null;
  }

  /** The call was done. */
  use(claim: Claim): void {
    const name = nameOf(claim);
    if (!this.#fresh.delete(name)) this.#late.push(claim);
    this.#used.set(name, claim);
  }

  /** The call was refused; its key may be used again. */
  refuse(claim: Claim): void {
    const name = nameOf(claim);
    if (this.#fresh.delete(name)) this.#refused.set(name, claim);
  }

  /** The statements that write what was refused, and what came after that, since the last call. */
  saving(sql: Sql, now: Date): (() => Promise<unknown>)[] {
    const refused = [...this.#refused.values()];
    const late = this.#late;
    this.#refused = new Map();
    this.#late = [];
    return [
      ...(refused.length > 0 ? [() => claims.release(sql, refused)] : []),
      ...(late.length > 0 ? [() => claims.claim(sql, late, now)] : []),
    ];
  }
}

/** Account ids and operations have no spaces. */
const nameOf = ({ accountId, operation, key }: ClaimKey): string => `${accountId} ${operation} ${key}`;
