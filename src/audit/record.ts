import type { Hold } from '../credits/hold.js';
import type { Lot } from '../credits/lot.js';
import type { JournalEntry } from '../ledger/journal-entry.js';
import type { OperationInfo } from '../ledger/operation.js';
import type { Position, Transfer } from '../ledger/posting.js';
import type { Instant } from './instant.js';

/** A transfer as it is stored. */
export interface RecordedTransfer extends Transfer {
  readonly operationSeq: bigint;
  readonly line: number;
  readonly createdAt: Instant;
}

/** An operation as it is stored, with the transfers that name it. */
export interface RecordedOperation extends JournalEntry {
  readonly createdAt: Instant;
  readonly occurredAt: Instant | null;
  readonly transfers: readonly RecordedTransfer[];
}

/** What an operation did to a hold. */
export interface HoldEvent extends Pick<OperationInfo, 'type' | 'metadata'> {
  readonly seq: bigint;
  readonly createdAt: Instant;
  readonly transfers: readonly Transfer[];
}

export interface RecordedBalance extends Position {
  readonly lastSeq: bigint;
  readonly headHash: string;
  readonly nextChangeAt: Instant | null;
  readonly updatedAt: Instant;
}

export interface RecordedLot extends Omit<Lot, 'effectiveAt' | 'expiresAt' | 'createdAt' | 'price'> {
  readonly effectiveAt: Instant;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
  readonly priceAmount: bigint | null;
  readonly priceCurrency: string | null;
  readonly open: boolean;
}

export interface RecordedHold extends Omit<Hold, 'expiresAt' | 'createdAt'> {
  readonly expiresAt: Instant;
  readonly createdAt: Instant;
}
