import { hash } from 'node:crypto';
import type { JournalEntry } from './journal-entry.js';

export type UnchainedEntry = Omit<JournalEntry, 'hash'>;

/**
 * The hash of an operation, in hex: SHA-256 over the hash of the operation before it and everything that the
 * operation says. Whoever changes, removes or inserts a row of an account's journal would have to recompute
 * every hash after it, and the one that the account's balance keeps.
 */
export const chainHash = (previous: string, entry: UnchainedEntry): string =>
  hash('sha256', canonicalText(previous, entry), 'hex');

/**
 * One text per content: fields in a fixed order, each ended by a line feed. Texts of callers come with their
 * length, so that none of them can pretend to be the end of itself. Also written, in SQL, by the migration that
 * began the chains; it must never change.
 */
export function canonicalText(previous: string, entry: UnchainedEntry): string {
  const { accountId, seq, info, credits, position, at, transfers } = entry;
  let text = `${previous}\n${accountId}\n${seq}\n${info.type}\n${credits}\n`;
  text += `${position.available}\n${position.held}\n${position.owed}\n${at.getTime()}\n`;
  text += `${info.occurredAt?.getTime() ?? ''}\n${info.money?.amount ?? ''}\n${info.money?.currency ?? ''}\n`;
  text += `${info.paymentId ?? ''}\n${info.refundId ?? ''}\n${info.holdId ?? ''}\n`;
  text += `${measured(info.description)}\n${info.metadata == null ? '' : measured(info.metadata)}\n`;
  for (const { debit, credit, amount, lotId } of transfers) {
    text += `${debit}\n${credit}\n${amount}\n${lotId ?? ''}\n`;
  }
  return text;
}

const measured = (text: string): string => `${Buffer.byteLength(text)}:${text}`;
