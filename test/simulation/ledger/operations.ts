/** What a process is asked to do, and what came of it: plain data, which goes between processes as it is. */
interface OfAccount {
  readonly accountId: string;
}

interface OfHold extends OfAccount {
  readonly holdId: string;
}

export interface Debit extends OfAccount {
  readonly kind: 'debit';
  readonly credits: bigint;
  readonly description: string;
  readonly occurredAt: Date | null;
  readonly key: string;
}

export interface OpenHold extends OfAccount {
  readonly kind: 'hold';
  readonly credits: bigint;
  readonly expiresInSeconds: number;
  readonly key: string;
}

export interface ExtendHold extends OfHold {
  readonly kind: 'extend';
  readonly addCredits: bigint | null;
  readonly addSeconds: number | null;
  readonly key: string | null;
}

export interface Capture extends OfHold {
  readonly kind: 'capture';
  readonly credits: bigint;
  readonly allowDebt: boolean;
  readonly final: boolean;
  readonly description: string;
  readonly key: string;
}

export interface Release extends OfHold {
  readonly kind: 'release';
}

export interface Grant extends OfAccount {
  readonly kind: 'grant';
  readonly credits: bigint;
  readonly source: 'PROMOTION' | 'SUBSCRIPTION' | 'ADJUSTMENT';
  readonly priority: number;
  readonly effectiveAt: Date | null;
  readonly expiresAt: Date | null;
  readonly note: string;
  readonly key: string;
}

/** A payment that succeeded at Stripe is credited, once. */
export interface Purchase extends OfAccount {
  readonly kind: 'purchase';
  readonly paymentId: string;
  /** Whole ones; each costs `centsPerCredit`. */
  readonly credits: number;
}

/** Takes a payment's credits back, once per refund. */
export interface Refund extends OfAccount {
  readonly kind: 'refund';
  readonly paymentId: string;
  readonly refundId: string;
  readonly cents: bigint;
  /** Refuse where the payment's own credits are spent; otherwise the rest becomes debt. */
  readonly rejectsSpent: boolean;
}

/** A refund failed: its credits return, once. */
export interface Unwind extends OfAccount {
  readonly kind: 'unwind';
  readonly paymentId: string;
  readonly refundId: string;
}

/** Recorded with the account, though no credits move. */
export interface PaymentFailure extends OfAccount {
  readonly kind: 'failure';
  readonly paymentId: string;
  readonly description: string;
}

export interface BookDue {
  readonly kind: 'bookDue';
}

export interface ReadBalance extends OfAccount {
  readonly kind: 'balance' | 'lots';
  readonly asOf: Date | null;
}

export type Spending = Debit | OpenHold | ExtendHold | Capture | Release | Grant;
export type Operation = Spending | Purchase | Refund | Unwind | PaymentFailure | BookDue | ReadBalance;

export interface SeenPosition {
  readonly available: bigint;
  readonly held: bigint;
  readonly owed: bigint;
}

export interface SeenLot {
  readonly id: string;
  readonly granted: bigint;
  readonly remaining: bigint;
  readonly held: bigint;
  readonly pending: bigint;
}

export interface SeenHold {
  readonly id: string;
  readonly status: string;
  readonly credits: bigint;
  readonly captured: bigint;
  readonly draws: readonly { readonly lotId: string; readonly amount: bigint }[];
  readonly expiresAt: Date;
}

export interface Answer {
  readonly position?: SeenPosition;
  readonly updatedAt?: Date;
  readonly hold?: SeenHold;
  readonly lot?: SeenLot;
  readonly lots?: readonly SeenLot[];
  /** Of a debit. */
  readonly debited?: bigint;
  readonly replayed?: boolean;
}

export type Outcome =
  | { readonly state: 'done'; readonly answer: Answer }
  /** With one of the documented codes. */
  | { readonly state: 'refused'; readonly code: string; readonly details: Readonly<Record<string, unknown>> }
  /** Anything else that a caller may meet: it cannot know whether it was done. */
  | { readonly state: 'unanswered'; readonly error: string };

/** In which refunds take whole micro-credits, so that no share has to be rounded. */
export const centsPerCredit = 10;
export const microPerCent = 100_000n;

/** How operations whose key is claimed are called in the service's books of keys. */
export const keyedNames = {
  debit: 'debitCredits',
  hold: 'holdCredits',
  extend: 'extendHold',
  capture: 'captureHold',
  grant: 'grantCredits',
} as const;

export const isSpending = (operation: Operation): operation is Spending =>
  operation.kind === 'release' || operation.kind in keyedNames;

export function textOf(operation: Operation): string {
  const { kind, ...rest } = operation;
  const text = JSON.stringify(rest, (_, item) => (typeof item === 'bigint' ? item.toString() : item));
  return `${kind} ${text}`;
}
