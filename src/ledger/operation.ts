import { literals } from '../platform/database/literals.js';
import type { Money } from '../platform/money.js';

/** What kinds of thing a customer's billing history shows. */
export const billingTypes = [
  'PURCHASE',
  'PAYMENT_FAILED',
  'REFUND',
  'REFUND_FAILED',
  'DISPUTE',
  'DISPUTE_REVERSED',
  'DISPUTE_LOST',
  'GRANT',
  'EXPIRY',
  'ADJUSTMENT',
  'USAGE',
] as const;
export type BillingType = (typeof billingTypes)[number];

/** Those that only set credits aside for a while: in the journal, but not in a customer's billing history. */
export const holdTypes = ['HOLD', 'RELEASE'] as const;

/** What kinds of thing happen to an account. */
export const operationTypes = [...billingTypes, ...holdTypes] as const;
export type OperationType = (typeof operationTypes)[number];

/** The types of which an account may have millions between two of the others. */
const frequentTypes: readonly OperationType[] = ['USAGE', ...holdTypes];
export const isRare = (type: OperationType): boolean => !frequentTypes.includes(type);
/** The predicate of the index over all the others. */
export const isRareSql = `type not in (${literals(frequentTypes)})`;

/** What a caller says of the operation it records; the ledger adds the numbers. */
export interface OperationInfo {
  readonly type: OperationType;
  readonly description: string;
  /** Kept with the operation to the letter: JSON text. */
  readonly metadata?: string | null | undefined;
  /** When the usage happened, where that is not when it was booked. */
  readonly occurredAt?: Date | null | undefined;
  /** Signed; absent where no money moved. */
  readonly money?: Money | undefined;
  /** The payment, the refund and the hold it belongs to, by our ids. */
  readonly paymentId?: string | undefined;
  readonly refundId?: string | undefined;
  readonly holdId?: string | undefined;
}
