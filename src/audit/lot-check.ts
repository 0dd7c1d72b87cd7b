import type { CreditSource } from '../credits/lot.js';
import { lotTermsText } from '../credits/lot.js';
import type { OperationType } from '../ledger/operation.js';
import type { LedgerAccount } from '../ledger/posting.js';
import type { Findings } from './finding.js';
import { dateOf, formatInstant, type Instant } from './instant.js';
import type { RecordedLot, RecordedOperation } from './record.js';

/** How a lot came to be, as the journal says. */
interface Birth {
  readonly operation: RecordedOperation;
  readonly amount: bigint;
  /** Issued, or returned by a claw-back that was undone and found no lot to return to. */
  readonly isIssued: boolean;
}

/** What the journal's transfers come to for one lot. */
interface LotStory {
  birth: Birth | null;
  remaining: bigint;
  held: bigint;
  pending: bigint;
}

/** Which part of a lot an account of the books is. */
const partOf: Partial<Record<LedgerAccount, 'remaining' | 'held' | 'pending'>> = {
  available: 'remaining',
  held: 'held',
  scheduled: 'pending',
};

/** Where credits are that were taken back and may return. */
const takenInto: ReadonlySet<LedgerAccount> = new Set(['refunded', 'disputed', 'charged_back']);

/** Where each kind of operation gets the credits from that it makes a lot of; all others return what had been taken. */
const sourcesOf: Partial<Record<OperationType, readonly CreditSource[]>> = {
  PURCHASE: ['PURCHASE'],
  GRANT: ['PROMOTION', 'SUBSCRIPTION'],
};
const otherSources: readonly CreditSource[] = ['ADJUSTMENT'];

/**
 * Compares the lots of one account with the transfers that moved them. It remembers each lot that the journal
 * names, and no more.
 */
export class LotCheck {
  readonly #stories = new Map<string, LotStory>();
  /** Credits in lots, by what was found in their rows. */
  remaining = 0n;
  held = 0n;
  /** The earliest instant at which a lot becomes effective or expires; infinite where none does. */
  nextChangeAt: Instant = Number.POSITIVE_INFINITY;

  constructor(private readonly findings: Findings) {}

  /** Follows the transfers of an operation. */
  follow(operation: RecordedOperation): void {
    for (const { debit, credit, amount, lotId } of operation.transfers) {
      if (lotId === null) continue;
      const known = this.#stories.get(lotId);
      const story = known ?? { birth: null, remaining: 0n, held: 0n, pending: 0n };
      if (!known) this.#stories.set(lotId, story);
      if (debit === 'issued' || (!known && takenInto.has(debit) && credit === 'available'))
        story.birth = { operation, amount, isIssued: debit === 'issued' };
      const from = partOf[debit];
      const to = partOf[credit];
      if (from) story[from] -= amount;
      if (to) story[to] += amount;
    }
  }

  /**
   * Compares one lot; after the last operation.
   * @param heldByHolds what the account's active holds have set aside of it
   * @param cutAt lots that were made before this instant may have moved in operations that are gone; null: none may
   */
  compare(lot: RecordedLot, heldByHolds: bigint, cutAt: Instant | null): void {
    const name = `lot ${lot.id}`;
    const story = this.#stories.get(lot.id);
    this.#stories.delete(lot.id);
    this.#add(lot);
    this.findings.compare(
      'LOT_DIFFERS',
      `${name} open`,
      lot.remaining + lot.held + lot.pending > 0n,
      lot.open,
    );
    this.findings.compare('LOT_DIFFERS', `${name} held by holds`, heldByHolds, lot.held);
    const birth = story?.birth ?? null;
    if (story && birth && this.#isBirthOf(birth, lot, cutAt)) {
      this.#compareParts(name, story, lot);
      this.#compareTerms(name, birth, lot);
    } else if (cutAt !== null && lot.createdAt < cutAt) {
      this.#checkOpening(name, story ?? { birth: null, remaining: 0n, held: 0n, pending: 0n }, lot);
    } else {
      this.findings.add('LOT_WITHOUT_GRANT', name, 'an operation that granted it', 'none');
    }
  }

  /** After the last lot: what the journal names and is not there. */
  finish(): void {
    for (const [id, { birth }] of this.#stories) {
      const expected = birth ? `${birth.amount} granted by operation ${birth.operation.seq}` : 'a lot';
      this.findings.add('LOT_MISSING', `lot ${id}`, expected, 'none');
    }
  }

  #add({ remaining, held, pending, effectiveAt, expiresAt }: RecordedLot): void {
    this.remaining += remaining;
    this.held += held;
    const due = pending > 0n ? effectiveAt : remaining > 0n ? expiresAt : null;
    if (due !== null && due < this.nextChangeAt) this.nextChangeAt = due;
  }

  /** Where operations are gone, the first that is there may return credits to a lot that is older than it. */
  #isBirthOf({ operation, isIssued }: Birth, lot: RecordedLot, cutAt: Instant | null): boolean {
    return isIssued || cutAt === null || lot.createdAt === operation.createdAt;
  }

  #compareParts(name: string, story: LotStory, lot: RecordedLot): void {
    for (const part of ['remaining', 'held', 'pending'] as const)
      this.findings.compare('LOT_DIFFERS', `${name} ${part}`, story[part], lot[part]);
  }

  #compareTerms(name: string, { operation, amount }: Birth, lot: RecordedLot): void {
    const { type, paymentId, money, metadata } = operation.info;
    const differs = (field: string, expected: unknown, found: unknown) =>
      this.findings.compare('LOT_DIFFERS', `${name} ${field}`, expected ?? null, found);
    const isPurchase = type === 'PURCHASE';
    differs('granted', amount, lot.granted);
    differs('createdAt', formatInstant(operation.createdAt), formatInstant(lot.createdAt));
    differs('paymentId', isPurchase ? paymentId : null, lot.paymentId);
    differs('price', isPurchase ? money?.amount : null, lot.priceAmount);
    differs('price currency', isPurchase ? money?.currency : null, lot.priceCurrency);
    const sources = sourcesOf[type] ?? otherSources;
    if (!sources.includes(lot.source))
      this.findings.add('LOT_DIFFERS', `${name} source`, sources.join(' or '), lot.source);
    // Lots that were granted before the journal kept their terms have none there.
    if (metadata != null) differs('terms', metadata, termsOf(lot));
    this.findings.expectWholeMillis('LOT_DIFFERS', `${name} effectiveAt`, lot.effectiveAt);
    this.findings.expectWholeMillis('LOT_DIFFERS', `${name} expiresAt`, lot.expiresAt);
  }

  /** All that is known of what a lot had in it at the cut is that it was possible. */
  #checkOpening(name: string, moved: LotStory, lot: RecordedLot): void {
    const opening = {
      remaining: lot.remaining - moved.remaining,
      held: lot.held - moved.held,
      pending: lot.pending - moved.pending,
    };
    const total = opening.remaining + opening.held + opening.pending;
    const isPossible = Object.values(opening).every((part) => part >= 0n) && total <= lot.granted;
    if (isPossible) return;
    const { remaining, held, pending } = opening;
    this.findings.add(
      'LOT_DIFFERS',
      `${name} before the cut`,
      `parts of ${lot.granted}`,
      `remaining ${remaining}, held ${held}, pending ${pending}`,
    );
  }
}

const termsOf = ({ source, priority, effectiveAt, expiresAt }: RecordedLot): string =>
  lotTermsText({
    source,
    priority,
    effectiveAt: dateOf(effectiveAt),
    expiresAt: expiresAt === null ? null : dateOf(expiresAt),
  });
