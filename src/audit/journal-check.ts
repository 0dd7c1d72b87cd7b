import { chainHash } from '../ledger/chain.js';
import { applyTransfers, emptyPosition, netPosition, type Position } from '../ledger/posting.js';
import type { Findings } from './finding.js';
import { formatInstant, type Instant } from './instant.js';
import type { RecordedOperation, RecordedTransfer } from './record.js';

/** Where an account's journal stands, as far as it was read. */
export interface ReadHead {
  readonly seq: bigint;
  readonly hash: string;
  readonly position: Position;
  readonly createdAt: Instant;
}

/**
 * Goes through the operations of one account in their order: numbers without gaps, instants that never go back,
 * hashes that go on from each other, balances that are what the transfers come to. Each operation is compared with
 * what is stored of the one before it, so that one that was changed does not make all that follow differ.
 */
export class JournalCheck {
  #head: ReadHead | null = null;
  /** The account's first operations are in months that were detached: the first that is there goes on from nothing. */
  beginsDetached = false;

  constructor(
    private readonly findings: Findings,
    /** Whether its first operations may be gone. */
    private readonly mayBeginDetached: boolean,
  ) {}

  /** The newest operation; null where there is none. */
  get head(): ReadHead | null {
    return this.#head;
  }

  add(operation: RecordedOperation): void {
    const { seq, hash, position, createdAt, occurredAt, transfers } = operation;
    const name = `operation ${seq}`;
    const isNext = this.#isNext(name, operation);
    this.findings.expectWholeMillis('OPERATION_DIFFERS', `${name} createdAt`, createdAt);
    this.findings.expectWholeMillis('OPERATION_DIFFERS', `${name} occurredAt`, occurredAt);
    transfers.forEach((transfer, line) => {
      this.#checkTransfer(`${name} transfer ${transfer.line}`, operation, transfer, line);
    });
    this.#checkAmounts(name, operation, isNext);
    if (isNext) {
      const expected = chainHash(this.#head?.hash ?? '', operation);
      this.findings.compare('HASH_DIFFERS', `${name} hash`, expected, hash);
    }
    this.#head = { seq, hash, position, createdAt };
  }

  /** A transfer that names an operation which is not there. */
  addStray({ operationSeq, line, debit, credit, amount }: RecordedTransfer): void {
    this.findings.add(
      'TRANSFER_WITHOUT_OPERATION',
      `operation ${operationSeq} transfer ${line}`,
      'no transfer',
      `${debit} to ${credit}, ${amount}`,
    );
  }

  /** Whether the operation follows what was read before it, so that it can be compared with that. */
  #isNext(name: string, { seq, createdAt }: RecordedOperation): boolean {
    const head = this.#head;
    if (head === null && seq !== 1n && this.mayBeginDetached) {
      this.beginsDetached = true;
      return false;
    }
    const expected = (head?.seq ?? 0n) + 1n;
    if (seq > expected)
      this.findings.add('OPERATION_MISSING', `operation ${expected}`, 'an operation', 'none');
    if (seq < expected)
      this.findings.add('OPERATION_MISPLACED', name, `operation ${expected}`, `operation ${seq}`);
    if (head !== null && !(createdAt >= head.createdAt)) {
      const earliest = `${formatInstant(head.createdAt)} or later`;
      this.findings.add('OPERATION_MISPLACED', `${name} createdAt`, earliest, formatInstant(createdAt));
    }
    return seq === expected;
  }

  #checkTransfer(
    name: string,
    operation: RecordedOperation,
    { debit, credit, amount, line, createdAt }: RecordedTransfer,
    expectedLine: number,
  ): void {
    this.findings.compare('TRANSFER_MALFORMED', `${name} line`, expectedLine, line);
    if (createdAt !== operation.createdAt) {
      const expected = formatInstant(operation.createdAt);
      this.findings.add('TRANSFER_MALFORMED', `${name} createdAt`, expected, formatInstant(createdAt));
    }
    if (amount <= 0n || debit === credit)
      this.findings.add('TRANSFER_MALFORMED', name, 'a movement', `${debit} to ${credit}, ${amount}`);
  }

  #checkAmounts(name: string, operation: RecordedOperation, isNext: boolean): void {
    const { position, credits, transfers } = operation;
    try {
      // What goes on from nothing that is there must at least go on from something possible.
      const before = isNext ? (this.#head?.position ?? emptyPosition) : positionBefore(operation);
      const after = applyTransfers(before, transfers);
      this.#compare(`${name} availableAfter`, after.available, position.available);
      this.#compare(`${name} heldAfter`, after.held, position.held);
      this.#compare(`${name} owedAfter`, after.owed, position.owed);
      this.#compare(`${name} credits`, netPosition(after) - netPosition(before), credits);
    } catch (error) {
      const found = error instanceof Error ? error.message : error;
      this.findings.add('OPERATION_DIFFERS', name, 'transfers that are possible', found);
    }
  }

  #compare(subject: string, expected: bigint, found: bigint): void {
    this.findings.compare('OPERATION_DIFFERS', subject, expected, found);
  }
}

/** What an operation's transfers must have found: they are undone. @throws Error as applyTransfers does */
const positionBefore = ({ position, transfers }: RecordedOperation): Position =>
  applyTransfers(
    position,
    transfers.map(({ debit, credit, amount, lotId }) => ({ debit: credit, credit: debit, amount, lotId })),
  );
