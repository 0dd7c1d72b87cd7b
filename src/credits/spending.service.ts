import { accountIdPattern } from '../accounts/limits.js';
import { auditRow } from '../audit-log/audit-entry.js';
import type { OperationInfo } from '../ledger/operation.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits, type MicroCredits } from '../platform/credits.js';
import { badInput } from '../platform/errors.js';
import type { Claim } from '../platform/idempotency/claims.store.js';
import { assertIdempotencyKey, hashInput, type KeyedRequest } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import type { AccountWork, Outcome } from './account-work.js';
import { type BalanceSnapshot, snapshotOf } from './balance-reader.js';
import type { Books } from './books.js';
import type { GroupCommit } from './group-commit.js';
import type { Hold } from './hold.js';
import type { CreditSource, Lot } from './lot.js';
import { assertPositive } from './refusal.js';

/** What is said of usage besides its price. */
export interface UsageNote {
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

export interface DebitCommand extends UsageNote {
  readonly accountId: string;
  readonly credits: MicroCredits;
  /** When the usage happened; null: now. */
  readonly occurredAt: Date | null;
  readonly idempotencyKey: string;
  /** What was priced, where the credits follow from that: it makes two debits the same, and may have cost nothing. */
  readonly priced?: KeyedRequest['input'];
}

export interface DebitResult {
  readonly debited: MicroCredits;
  /** Whether an earlier call with the same key had spent it already. */
  readonly replayed: boolean;
  readonly balance: BalanceSnapshot;
}

export interface HoldCommand {
  readonly accountId: string;
  readonly credits: MicroCredits;
  readonly expiresInSeconds: number;
  readonly idempotencyKey: string;
}

export interface ExtendHoldCommand {
  readonly accountId: string;
  readonly holdId: string;
  readonly addCredits: MicroCredits | null;
  readonly addSeconds: number | null;
  readonly idempotencyKey: string | null;
}

export interface CaptureHoldCommand extends UsageNote {
  readonly accountId: string;
  readonly holdId: string;
  readonly credits: MicroCredits;
  readonly allowDebt: boolean;
  readonly final: boolean;
  readonly idempotencyKey: string;
}

export interface HoldResult {
  readonly hold: Hold;
  readonly balance: BalanceSnapshot;
}

export interface GrantCommand {
  readonly accountId: string;
  readonly credits: MicroCredits;
  readonly source: CreditSource;
  readonly priority: number;
  /** Null: at once. */
  readonly effectiveAt: Date | null;
  readonly expiresAt: Date | null;
  readonly note: string | null;
  readonly idempotencyKey: string;
  readonly by: Actor;
}

export interface GrantResult {
  readonly lot: Lot;
  readonly balance: BalanceSnapshot;
}

export const maxDescriptionChars = 500;
export const maxMetadataBytes = 8 * 1024;
/** However often it is extended. */
export const maxHoldSeconds = 7 * 24 * 60 * 60;
const msPerSecond = 1_000;

/** Usage by `debitCredits` and by `recordUsage` is one kind of call: a key means the same in both. */
const debitOperation = 'debitCredits';

/**
 * What the gateway and support may ask of credits. Calls of many callers share transactions; each that has an
 * idempotency key is done once per key and account. A refused call leaves its key free: it may be tried again.
 */
export class SpendingService {
  constructor(
    private readonly commits: GroupCommit,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError as Books.debit and GroupCommit.submit do, NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  async debit(command: DebitCommand): Promise<DebitResult> {
    return this.commits.submit(debitWork(command));
  }

  /** The outcome of each; see `debitWork`. @throws DomainError as GroupCommit.submitAll does */
  debitAll(works: readonly AccountWork<DebitResult>[]): Promise<Outcome<DebitResult>[]> {
    return this.commits.submitAll(works);
  }

  /** @throws DomainError as `debit` does */
  async hold(command: HoldCommand): Promise<HoldResult> {
    const { accountId, credits, expiresInSeconds } = command;
    assertPositive(credits);
    assertHoldSeconds(expiresInSeconds);
    const id = newId(this.clock);
    return this.commits.submit({
      accountId,
      claim: claimOf(accountId, 'holdCredits', command.idempotencyKey, { credits, expiresInSeconds }, id),
      reads: (made) => (made === null ? {} : { holdId: made }),
      apply: (books) => {
        const info = holdInfo(id, `Held ${formatCredits(credits)} credits`);
        const hold = books.openHold(id, credits, after(books.now, expiresInSeconds), info);
        return holdResult(books, hold);
      },
      replay: (books, resource) => holdResult(books, books.hold(resource)),
    });
  }

  /** @throws DomainError as Books.extendHold does, and as `debit` */
  async extendHold(command: ExtendHoldCommand): Promise<HoldResult> {
    const { accountId, holdId, addCredits, addSeconds, idempotencyKey } = command;
    if (addCredits === null && addSeconds === null) throw badInput('Give addCredits, addSeconds or both.');
    if (addCredits !== null) assertPositive(addCredits);
    if (addSeconds !== null) assertHoldSeconds(addSeconds);
    return this.commits.submit({
      accountId,
      claim:
        idempotencyKey === null
          ? null
          : claimOf(accountId, 'extendHold', idempotencyKey, { holdId, addCredits, addSeconds }, holdId),
      reads: () => ({ holdId }),
      apply: (books) => {
        const expiresAt = addSeconds === null ? null : after(books.activeHold(holdId).expiresAt, addSeconds);
        if (expiresAt !== null && expiresAt > after(books.now, maxHoldSeconds)) throw tooLong();
        const info = holdInfo(holdId, extensionOf(addCredits, expiresAt));
        const hold = books.extendHold(holdId, { credits: addCredits, expiresAt }, info);
        return holdResult(books, hold);
      },
      replay: (books) => holdResult(books, books.hold(holdId)),
    });
  }

  /** @throws DomainError as Books.capture does, and as `debit` */
  async captureHold(command: CaptureHoldCommand): Promise<HoldResult> {
    const { accountId, holdId, credits, allowDebt, final, description, idempotencyKey } = command;
    assertPositive(credits);
    const metadata = metadataText(command.metadata);
    const input = { holdId, credits, allowDebt, final, description, metadata };
    return this.commits.submit({
      accountId,
      claim: claimOf(accountId, 'captureHold', idempotencyKey, input, holdId),
      reads: () => ({ holdId }),
      apply: (books) => {
        const info = { type: 'USAGE', description: description ?? 'Usage', metadata, holdId } as const;
        const hold = books.capture(holdId, credits, { allowDebt, final }, info);
        return holdResult(books, hold);
      },
      replay: (books) => holdResult(books, books.hold(holdId)),
    });
  }

  /** @throws DomainError as Books.release does, NOT_FOUND, RATE_LIMITED */
  async releaseHold(accountId: string, holdId: string): Promise<HoldResult> {
    return this.commits.submit({
      accountId,
      claim: null,
      reads: () => ({ holdId }),
      apply: (books) => holdResult(books, books.release(holdId)),
      replay: (books) => holdResult(books, books.hold(holdId)),
    });
  }

  /** @throws DomainError as Books.grant does, NOT_FOUND, IDEMPOTENCY_KEY_REUSED, RATE_LIMITED */
  async grant(command: GrantCommand): Promise<GrantResult> {
    const { accountId, credits, source, priority, effectiveAt, expiresAt, note } = command;
    const id = newId(this.clock);
    const input = {
      credits,
      source,
      priority,
      effectiveAt: effectiveAt?.toISOString(),
      expiresAt: expiresAt?.toISOString(),
      note,
    };
    return this.commits.submit({
      accountId,
      claim: claimOf(accountId, 'grantCredits', command.idempotencyKey, input, id),
      audited: auditRow(this.clock, command.by, {
        action: 'CREDITS_GRANT',
        accountId,
        targetId: id,
        note,
        idempotencyKey: command.idempotencyKey,
        after: { credits: formatCredits(credits), source, priority, effectiveAt, expiresAt },
      }),
      reads: (made) => (made === null ? {} : { lotId: made }),
      apply: (books) => {
        const lot = books.grant(
          {
            id,
            source,
            granted: credits,
            priority,
            effectiveAt: effectiveAt ?? books.now,
            expiresAt,
            paymentId: null,
            price: null,
          },
          {
            type: source === 'ADJUSTMENT' ? 'ADJUSTMENT' : 'GRANT',
            description: note ?? `Granted ${formatCredits(credits)} credits`,
          },
        );
        return { lot: { ...lot }, balance: snapshotOf(books) };
      },
      replay: (books, resource) => {
        const lot = books.lot(resource);
        if (!lot) throw new Error('A granted lot vanished.');
        return { lot: { ...lot }, balance: snapshotOf(books) };
      },
    });
  }
}

/** A debit that is to be done. @throws DomainError BAD_USER_INPUT */
export function debitWork(command: DebitCommand): AccountWork<DebitResult> {
  const { accountId, credits, description, occurredAt, priced } = command;
  if (!accountIdPattern.test(accountId)) throw badInput('This is no account id.');
  if (!priced) assertPositive(credits);
  if (description !== null && description.length > maxDescriptionChars)
    throw badInput(`A description has ${maxDescriptionChars} characters at most.`);
  const metadata = metadataText(command.metadata);
  const info: OperationInfo = { type: 'USAGE', description: description ?? 'Usage', metadata, occurredAt };
  const input = {
    ...(priced ?? { credits, metadata }),
    description,
    occurredAt: occurredAt?.toISOString(),
  };
  return {
    accountId,
    claim: claimOf(accountId, debitOperation, command.idempotencyKey, input, credits.toString()),
    reads: () => nothing,
    apply: (books) => {
      if (credits > 0n) books.debit(credits, info);
      else books.note(info);
      return { debited: credits, replayed: false, balance: snapshotOf(books) };
    },
    replay: (books, resource) => ({
      debited: BigInt(resource),
      replayed: true,
      balance: snapshotOf(books),
    }),
  };
}

const nothing = {} as const;

function claimOf(
  accountId: string,
  operation: string,
  key: string,
  input: KeyedRequest['input'],
  resource: string,
): Claim {
  assertIdempotencyKey(key);
  return { accountId, operation, key, requestHash: hashInput(input), resource };
}

const holdResult = (books: Books, hold: Hold): HoldResult => ({ hold, balance: snapshotOf(books) });

const holdInfo = (holdId: string, description: string): OperationInfo => ({
  type: 'HOLD',
  description,
  holdId,
});

function extensionOf(addCredits: MicroCredits | null, expiresAt: Date | null): string {
  const more = addCredits === null ? 'Hold' : `Held ${formatCredits(addCredits)} credits more`;
  return expiresAt === null ? more : `${more}, now until ${expiresAt.toISOString()}`;
}

const after = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * msPerSecond);

/** @throws DomainError BAD_USER_INPUT */
function assertHoldSeconds(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxHoldSeconds) throw tooLong();
}

const tooLong = () => badInput(`A hold lasts 1 to ${maxHoldSeconds} seconds from now.`);

/** @throws DomainError BAD_USER_INPUT */
function metadataText(metadata: UsageNote['metadata']): string | null {
  if (metadata === null) return null;
  const text = JSON.stringify(metadata);
  if (Buffer.byteLength(text) > maxMetadataBytes) {
    throw badInput(`Metadata may take ${maxMetadataBytes} bytes of JSON at most.`);
  }
  return text;
}
