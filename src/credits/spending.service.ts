import type { OperationInfo } from '../ledger/operation.js';
import type { Clock } from '../platform/clock.js';
import { formatCredits, type MicroCredits } from '../platform/credits.js';
import { badInput } from '../platform/errors.js';
import { assertIdempotencyKey, hashInput, type KeyedRequest } from '../platform/idempotency/idempotency.js';
import { newId } from '../platform/ids.js';
import type { AccountWork, Outcome, WorkKey } from './account-work.js';
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
  /** What makes two debits the same where that is not their credits, e.g. the tokens that were priced. */
  readonly sameness?: KeyedRequest['input'];
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
}

export interface GrantResult {
  readonly lot: Lot;
  readonly balance: BalanceSnapshot;
}

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

  /** The outcome of each. @throws DomainError as GroupCommit.submitAll does */
  debitAll(commands: readonly DebitCommand[]): Promise<Outcome<DebitResult>[]> {
    return this.commits.submitAll(commands.map(debitWork));
  }

  /** @throws DomainError as `debit` does */
  async hold(command: HoldCommand): Promise<HoldResult> {
    const { accountId, credits, expiresInSeconds } = command;
    assertPositive(credits);
    assertHoldSeconds(expiresInSeconds);
    const id = newId(this.clock);
    return this.commits.submit({
      accountId,
      key: keyOf('holdCredits', command.idempotencyKey, { credits, expiresInSeconds }),
      reads: (made) => (made === null ? {} : { holdId: made }),
      apply: (books) => {
        const info = holdInfo(id, `Held ${formatCredits(credits)} credits`);
        const hold = books.openHold(id, credits, after(books.now, expiresInSeconds), info);
        return { result: holdResult(books, hold), resource: id };
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
      key:
        idempotencyKey === null
          ? null
          : keyOf('extendHold', idempotencyKey, { holdId, addCredits, addSeconds }),
      reads: () => ({ holdId }),
      apply: (books) => {
        const expiresAt = addSeconds === null ? null : after(books.hold(holdId).expiresAt, addSeconds);
        if (expiresAt !== null && expiresAt > after(books.now, maxHoldSeconds)) throw tooLong();
        const info = holdInfo(holdId, extensionOf(addCredits, expiresAt));
        const hold = books.extendHold(holdId, { credits: addCredits, expiresAt }, info);
        return { result: holdResult(books, hold), resource: holdId };
      },
      replay: (books) => holdResult(books, books.hold(holdId)),
    });
  }

  /** @throws DomainError as Books.capture does, and as `debit` */
  async captureHold(command: CaptureHoldCommand): Promise<HoldResult> {
    const { accountId, holdId, credits, allowDebt, final, description, idempotencyKey } = command;
    assertPositive(credits);
    const metadata = metadataText(command.metadata);
    return this.commits.submit({
      accountId,
      key: keyOf('captureHold', idempotencyKey, { holdId, credits, allowDebt, final, description, metadata }),
      reads: () => ({ holdId }),
      apply: (books) => {
        const info = { type: 'USAGE', description: description ?? 'Usage', metadata, holdId } as const;
        const hold = books.capture(holdId, credits, { allowDebt, final }, info);
        return { result: holdResult(books, hold), resource: holdId };
      },
      replay: (books) => holdResult(books, books.hold(holdId)),
    });
  }

  /** @throws DomainError as Books.release does, NOT_FOUND, RATE_LIMITED */
  async releaseHold(accountId: string, holdId: string): Promise<HoldResult> {
    return this.commits.submit({
      accountId,
      key: null,
      reads: () => ({ holdId }),
      apply: (books) => ({ result: holdResult(books, books.release(holdId)), resource: holdId }),
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
      key: keyOf('grantCredits', command.idempotencyKey, input),
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
        return { result: { lot: { ...lot }, balance: snapshotOf(books) }, resource: id };
      },
      replay: (books, resource) => {
        const lot = books.lot(resource);
        if (!lot) throw new Error('A granted lot vanished.');
        return { lot: { ...lot }, balance: snapshotOf(books) };
      },
    });
  }
}

/** @throws DomainError BAD_USER_INPUT */
function debitWork(command: DebitCommand): AccountWork<DebitResult> {
  const { accountId, credits, description, occurredAt } = command;
  assertPositive(credits);
  const metadata = metadataText(command.metadata);
  const info: OperationInfo = { type: 'USAGE', description: description ?? 'Usage', metadata, occurredAt };
  const input = {
    ...(command.sameness ?? { credits }),
    description,
    metadata,
    occurredAt: occurredAt?.toISOString(),
  };
  return {
    accountId,
    key: keyOf(debitOperation, command.idempotencyKey, input),
    reads: () => nothing,
    apply: (books) => {
      books.debit(credits, info);
      return {
        result: { debited: credits, replayed: false, balance: snapshotOf(books) },
        resource: credits.toString(),
      };
    },
    replay: (books, resource) => ({
      debited: BigInt(resource),
      replayed: true,
      balance: snapshotOf(books),
    }),
  };
}

const nothing = {} as const;

function keyOf(operation: string, key: string, input: KeyedRequest['input']): WorkKey {
  assertIdempotencyKey(key);
  return { operation, key, requestHash: hashInput(input) };
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
