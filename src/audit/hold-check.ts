import { type HoldStatus, holdTermsText } from '../credits/hold.js';
import type { Findings } from './finding.js';
import { dateOf, formatInstant, type Instant } from './instant.js';
import type { HoldEvent, RecordedHold } from './record.js';

/** What the journal's operations come to for one hold. */
class HoldStory {
  credits = 0n;
  captured = 0n;
  readonly draws = new Map<string, bigint>();
  /** Those that it may have: only the journal's transfers are there to tell. */
  statuses: readonly HoldStatus[] = ['ACTIVE'];
  termsText: string | null = null;
  openedAt: Instant | null = null;

  constructor(events: readonly HoldEvent[], expiresAt: Instant) {
    for (const event of events) this.#follow(event, expiresAt);
  }

  #follow({ type, metadata, createdAt, transfers }: HoldEvent, expiresAt: Instant): void {
    for (const { debit, credit, amount, lotId } of transfers) {
      if (credit === 'held') {
        this.credits += amount;
        this.#draw(lotId, amount);
      }
      if (debit === 'held') this.#draw(lotId, -amount);
      if (credit === 'consumed') this.captured += amount;
    }
    if (type === 'HOLD') {
      this.openedAt ??= createdAt;
      this.termsText = metadata ?? null;
    } else if (type === 'RELEASE') {
      this.statuses = [createdAt >= expiresAt ? 'EXPIRED' : 'RELEASED'];
    } else if (this.statuses.includes('EXPIRED')) {
      // Whether a late capture was the last one, no transfer tells.
      if (type === 'USAGE') this.statuses = ['CAPTURED', 'EXPIRED'];
    } else if (this.statuses.includes('ACTIVE') && this.draws.size === 0) {
      this.statuses = ['CAPTURED'];
    }
  }

  #draw(lotId: string | null, change: bigint): void {
    const key = lotId ?? 'no lot';
    const left = (this.draws.get(key) ?? 0n) + change;
    if (left === 0n) this.draws.delete(key);
    else this.draws.set(key, left);
  }
}

/** Compares the holds of one account with the operations that name them, one hold at a time. */
export class HoldCheck {
  /** What the account's active holds have set aside, by lot. */
  readonly heldByLot = new Map<string, bigint>();
  /** The earliest instant at which one of them expires; infinite where none does. */
  nextChangeAt: Instant = Number.POSITIVE_INFINITY;

  constructor(private readonly findings: Findings) {}

  /**
   * @param events in their order
   * @param cutAt holds that were opened before this instant may have operations that are gone; null: none may
   */
  compare(hold: RecordedHold, events: readonly HoldEvent[], cutAt: Instant | null): void {
    const name = `hold ${hold.id}`;
    this.#add(hold);
    const story = new HoldStory(events, hold.expiresAt);
    if (story.openedAt !== null && (cutAt === null || isWhole(story, hold)))
      this.#compareAll(name, story, hold);
    else if (cutAt !== null && hold.createdAt < cutAt) this.#checkRest(name, story, hold);
    else this.findings.add('HOLD_WITHOUT_OPERATION', name, 'an operation that opened it', 'none');
  }

  /** A hold that operations name and that is not there. */
  addMissing(holdId: string, [first]: readonly HoldEvent[]): void {
    this.findings.add('HOLD_MISSING', `hold ${holdId}`, `a hold, of operation ${first?.seq}`, 'none');
  }

  #add({ status, draws, expiresAt }: RecordedHold): void {
    if (status === 'ACTIVE' && expiresAt < this.nextChangeAt) this.nextChangeAt = expiresAt;
    for (const { lotId, amount } of draws)
      this.heldByLot.set(lotId, (this.heldByLot.get(lotId) ?? 0n) + amount);
  }

  #compareAll(name: string, story: HoldStory, hold: RecordedHold): void {
    const differs = (field: string, expected: unknown, found: unknown) =>
      this.findings.compare('HOLD_DIFFERS', `${name} ${field}`, expected, found);
    differs('credits', story.credits, hold.credits);
    differs('captured', story.captured, hold.captured);
    differs('createdAt', formatInstant(story.openedAt ?? Number.NaN), formatInstant(hold.createdAt));
    differs(
      'set aside',
      drawsText(story.draws),
      drawsText(hold.draws.map(({ lotId, amount }) => [lotId, amount])),
    );
    if (!story.statuses.includes(hold.status)) differs('status', story.statuses.join(' or '), hold.status);
    differs('terms', story.termsText, holdTermsText({ expiresAt: dateOf(hold.expiresAt) }));
    this.findings.expectWholeMillis('HOLD_DIFFERS', `${name} expiresAt`, hold.expiresAt);
  }

  /** Of a hold whose first operations are gone, what is there must be part of it. */
  #checkRest(name: string, story: HoldStory, hold: RecordedHold): void {
    if (hold.credits < story.credits || hold.captured < story.captured) {
      const expected = `credits ${story.credits}, captured ${story.captured}, or more`;
      this.findings.add('HOLD_DIFFERS', name, expected, `credits ${hold.credits}, captured ${hold.captured}`);
    }
  }
}

/** Opening a hold sets credits aside: where all of them are there, so is its first operation. */
const isWhole = (story: HoldStory, hold: RecordedHold): boolean =>
  story.openedAt === hold.createdAt || story.credits === hold.credits;

const drawsText = (draws: Iterable<readonly [lotId: string, amount: bigint]>): string =>
  Array.from(draws, ([lotId, amount]) => `${lotId} ${amount}`)
    .sort()
    .join(', ');
