import type { Money } from '../platform/money.js';

/** What kinds of thing happen to an account; also how its history names them. */
export const operationTypes = [
  'PURCHASE',
  'PAYMENT_FAILED',
  'REFUND',
  'REFUND_FAILED',
  'DISPUTE',
  'DISPUTE_REVERSED',
  'GRANT',
  'EXPIRY',
  'ADJUSTMENT',
  'USAGE',
] as const;
export type OperationType = (typeof operationTypes)[number];

/** What a caller says of the operation it records; the ledger adds the numbers. */
export interface OperationInfo {
  readonly type: OperationType;
  readonly description: string;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** Signed; absent where no money moved. */
  readonly money?: Money | undefined;
  /** The payment and the refund it belongs to, by our ids. */
  readonly paymentId?: string | undefined;
  readonly refundId?: string | undefined;
}
