import type { MicroCredits } from '../platform/credits.js';
import { chainHash } from './chain.js';
import type { OperationInfo } from './operation.js';
import { applyTransfers, netPosition, type Position, type Transfer } from './posting.js';

/** Where an account's journal stands: what the next operation goes on from. */
export interface JournalHead {
  readonly accountId: string;
  readonly position: Position;
  /** The number of the newest operation; 0 before the first. */
  readonly seq: bigint;
  /** The newest operation's hash, in hex; empty before the first. */
  readonly hash: string;
}

/** One operation as it is written to the journal. */
export interface JournalEntry extends JournalHead {
  readonly info: OperationInfo;
  readonly transfers: readonly Transfer[];
  /** The change of available + held − owed. */
  readonly credits: MicroCredits;
  /** When it took effect. Never before the operation ahead of it. */
  readonly at: Date;
}

/** The operation that follows `head`. @throws Error as applyTransfers does */
export function nextEntry(
  head: JournalHead,
  info: OperationInfo,
  transfers: readonly Transfer[],
  at: Date,
): JournalEntry {
  const position = applyTransfers(head.position, transfers);
  const unchained = {
    accountId: head.accountId,
    position,
    seq: head.seq + 1n,
    info,
    transfers,
    credits: netPosition(position) - netPosition(head.position),
    at,
  };
  return { ...unchained, hash: chainHash(head.hash, unchained) };
}
