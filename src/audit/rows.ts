import type { HoldStatus } from '../credits/hold.js';
import type { CreditSource } from '../credits/lot.js';
import type { OperationType } from '../ledger/operation.js';
import type { LedgerAccount, Transfer } from '../ledger/posting.js';
import type { Money } from '../platform/money.js';
import { dateOf, type Instant, instantOf } from './instant.js';
import type {
  HoldEvent,
  RecordedBalance,
  RecordedHold,
  RecordedLot,
  RecordedOperation,
  RecordedTransfer,
} from './record.js';

/** Rows as the audit's statements read them; instants as text, so that none of their digits is lost. */
export interface AccountRow {
  readonly account_id: string;
  /** Null where there is no such account. */
  readonly opened_at: string | null;
  /** All of these are null where it has no balance. */
  readonly available: string | null;
  readonly held: string;
  readonly owed: string;
  readonly last_seq: string;
  readonly head_hash: string;
  readonly next_change_at: string | null;
  readonly updated_at: string;
}

export interface OperationRow {
  readonly account_id: string;
  readonly created_at: string;
  readonly seq: string;
  readonly type: OperationType;
  readonly description: string;
  readonly metadata: string | null;
  readonly occurred_at: string | null;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly money_currency: string | null;
  readonly payment_id: string | null;
  readonly refund_id: string | null;
  readonly hold_id: string | null;
  readonly debit_account: LedgerAccount | null;
  readonly credit_account: LedgerAccount | null;
  readonly amount: string | null;
  readonly lot_id: string | null;
  readonly available_after: string;
  readonly held_after: string;
  readonly owed_after: string;
  readonly hash: string;
}

/** A transfer; all of it is null where there is none. */
type MovementRow = Pick<OperationRow, 'debit_account' | 'credit_account' | 'amount' | 'lot_id'>;

/** A transfer beyond the first of its operation. */
export interface FurtherTransferRow extends MovementRow {
  readonly account_id: string;
  readonly operation_seq: string;
  readonly line: number;
  readonly created_at: string;
}

/** An operation on a hold, beside each of its further transfers, or beside none. */
export interface HoldEventRow extends MovementRow {
  readonly account_id: string;
  readonly hold_id: string;
  readonly seq: string;
  readonly type: OperationType;
  readonly metadata: string | null;
  readonly created_at: string;
  readonly further_debit_account: LedgerAccount | null;
  readonly further_credit_account: LedgerAccount | null;
  readonly further_amount: string | null;
  readonly further_lot_id: string | null;
}

export interface LotRow {
  readonly account_id: string;
  readonly id: string;
  readonly source: CreditSource;
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly pending: string;
  readonly priority: number;
  readonly effective_at: string;
  readonly expires_at: string | null;
  readonly payment_id: string | null;
  readonly price_amount: string | null;
  readonly price_currency: string | null;
  readonly open: boolean;
  readonly created_at: string;
}

/** Where sums of usage are not what the journal comes to. */
export interface UsageDifferenceRow {
  readonly account_id: string;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

export interface HoldRow {
  readonly account_id: string;
  readonly id: string;
  readonly status: HoldStatus;
  readonly credits: string;
  readonly captured: string;
  readonly lot_ids: readonly string[];
  readonly lot_amounts: readonly string[];
  readonly expires_at: string;
  readonly created_at: string;
}

const instantOrNull = (text: string | null): Instant | null => (text === null ? null : instantOf(text));
const bigOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** Null where the account has none. */
export const balanceOf = (row: AccountRow): RecordedBalance | null =>
  row.available === null
    ? null
    : {
        available: BigInt(row.available),
        held: BigInt(row.held),
        owed: BigInt(row.owed),
        lastSeq: BigInt(row.last_seq),
        headHash: row.head_hash,
        nextChangeAt: instantOrNull(row.next_change_at),
        updatedAt: instantOf(row.updated_at),
      };

export function operationOf(row: OperationRow, further: readonly FurtherTransferRow[]): RecordedOperation {
  const seq = BigInt(row.seq);
  const createdAt = instantOf(row.created_at);
  const occurredAt = instantOrNull(row.occurred_at);
  return {
    accountId: row.account_id,
    seq,
    createdAt,
    occurredAt,
    at: dateOf(createdAt),
    info: {
      type: row.type,
      description: row.description,
      metadata: row.metadata,
      occurredAt: occurredAt === null ? null : dateOf(occurredAt),
      money: moneyOf(row),
      paymentId: row.payment_id ?? undefined,
      refundId: row.refund_id ?? undefined,
      holdId: row.hold_id ?? undefined,
    },
    credits: BigInt(row.credits),
    position: {
      available: BigInt(row.available_after),
      held: BigInt(row.held_after),
      owed: BigInt(row.owed_after),
    },
    hash: row.hash,
    transfers: [
      ...movementsOf(row).map((first) => ({ ...first, operationSeq: seq, line: 0, createdAt })),
      ...further.flatMap(furtherTransferOf),
    ],
  };
}

/** The one without the other is nothing that we write, and must not look like what we do. */
const moneyOf = ({ money_amount, money_currency }: OperationRow): Money | undefined =>
  money_amount === null && money_currency === null
    ? undefined
    : { amount: BigInt(money_amount ?? 0), currency: money_currency ?? '' };

/**
 * None or one. A part of a transfer is none that we write, and must look neither like one nor like none: it moves
 * nothing, or nowhere.
 */
function movementsOf({ debit_account, credit_account, amount, lot_id }: MovementRow): Transfer[] {
  if (debit_account === null && credit_account === null && amount === null && lot_id === null) return [];
  return [
    {
      debit: debit_account ?? credit_account ?? 'issued',
      credit: credit_account ?? debit_account ?? 'issued',
      amount: BigInt(amount ?? 0),
      lotId: lot_id,
    },
  ];
}

export const furtherTransferOf = (row: FurtherTransferRow): RecordedTransfer[] =>
  movementsOf(row).map((transfer) => ({
    ...transfer,
    operationSeq: BigInt(row.operation_seq),
    line: row.line,
    createdAt: instantOf(row.created_at),
  }));

/** The events of one hold, whose rows come in the order of their operations. */
export function eventsOf(rows: readonly HoldEventRow[]): HoldEvent[] {
  const events: (HoldEvent & { transfers: Transfer[] })[] = [];
  for (const row of rows) {
    const seq = BigInt(row.seq);
    let event = events.at(-1);
    if (event?.seq !== seq) {
      const { type, metadata } = row;
      event = { seq, type, metadata, createdAt: instantOf(row.created_at), transfers: movementsOf(row) };
      events.push(event);
    }
    const further = movementsOf({
      debit_account: row.further_debit_account,
      credit_account: row.further_credit_account,
      amount: row.further_amount,
      lot_id: row.further_lot_id,
    });
    event.transfers.push(...further);
  }
  return events;
}

export const lotOf = (row: LotRow): RecordedLot => ({
  id: row.id,
  source: row.source,
  granted: BigInt(row.granted),
  remaining: BigInt(row.remaining),
  held: BigInt(row.held),
  pending: BigInt(row.pending),
  priority: row.priority,
  effectiveAt: instantOf(row.effective_at),
  expiresAt: instantOrNull(row.expires_at),
  paymentId: row.payment_id,
  priceAmount: bigOrNull(row.price_amount),
  priceCurrency: row.price_currency,
  open: row.open,
  createdAt: instantOf(row.created_at),
});

export const holdOf = (row: HoldRow): RecordedHold => ({
  id: row.id,
  status: row.status,
  credits: BigInt(row.credits),
  captured: BigInt(row.captured),
  // The two may differ in length, in a row that somebody wrote by hand.
  draws: Array.from({ length: Math.max(row.lot_ids.length, row.lot_amounts.length) }, (_, i) => ({
    lotId: row.lot_ids[i] ?? 'no lot',
    amount: BigInt(row.lot_amounts[i] ?? 0),
  })),
  expiresAt: instantOf(row.expires_at),
  createdAt: instantOf(row.created_at),
});
