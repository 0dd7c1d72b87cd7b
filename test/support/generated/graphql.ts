/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What kind of actor did something. */
export type ActorKind =
  /** Whoever sent a request with an API key. */
  | 'API_KEY'
  /** An operator, on the command line. */
  | 'CLI'
  /** A job of this service. */
  | 'JOB'
  /** Stripe: it reported that something had happened there. */
  | 'STRIPE';

/** What an API key may do. */
export type ApiKeyRole =
  /** Support and operators: everything, refunds and grants included. */
  | 'ADMIN'
  /** Sees and buys for the one account it belongs to. Safe to use in a browser. */
  | 'CUSTOMER'
  /** The gateway's backend: spends the credits of any account. Keep it on servers. */
  | 'SERVICE';

/** What the audit log records. */
export type AuditAction =
  /** An account was opened. */
  | 'ACCOUNT_CREATE'
  /** The personal data of an account was erased. */
  | 'ACCOUNT_ERASE'
  /** An API key was created. */
  | 'API_KEY_CREATE'
  /** An API key was revoked. */
  | 'API_KEY_REVOKE'
  /** Credits were given without a payment. */
  | 'CREDITS_GRANT'
  /** A payment was disputed, as Stripe has it. */
  | 'DISPUTE_OPEN'
  /** A dispute came to another status, or froze, returned or wrote off credits. */
  | 'DISPUTE_SETTLE'
  /** An event of Stripe was to be processed again. */
  | 'EVENT_REPLAY'
  /** A purchase was begun. */
  | 'PAYMENT_CREATE'
  /** A payment came to another status, as Stripe has it; where it succeeded it was credited. */
  | 'PAYMENT_SETTLE'
  /** A model was taken off the rate card. */
  | 'RATE_RETIRE'
  /** A price of a model was set. */
  | 'RATE_SET'
  /** A refund that was made at Stripe was taken over. */
  | 'REFUND_ADOPT'
  /** A refund was asked for here. */
  | 'REFUND_CREATE'
  /** A refund came to another status, as Stripe has it. */
  | 'REFUND_SETTLE';

/** What is not as the journal says. */
export type AuditFindingKind =
  /** The balance is not what the last operation, or the lots, say. */
  | 'BALANCE_DIFFERS'
  /** The account has no balance. */
  | 'BALANCE_MISSING'
  /** An operation, or the one before it, is not what it was when it was booked. */
  | 'HASH_DIFFERS'
  /** A hold is not what its operations come to. */
  | 'HOLD_DIFFERS'
  /** Operations name a hold that is not there. */
  | 'HOLD_MISSING'
  /** No operation opened a hold. */
  | 'HOLD_WITHOUT_OPERATION'
  /** A lot is not what was granted, or has not in it what transfers left. */
  | 'LOT_DIFFERS'
  /** Transfers name a lot that is not there. */
  | 'LOT_MISSING'
  /** No operation granted a lot. */
  | 'LOT_WITHOUT_GRANT'
  /** The check broke off; `found` says why. */
  | 'NOT_CHECKED'
  /** The balance after an operation is not what its transfers come to. */
  | 'OPERATION_DIFFERS'
  /** An operation lies before one of a lower number, or its time does. */
  | 'OPERATION_MISPLACED'
  /** Numbers are missing between two operations, or before the first. */
  | 'OPERATION_MISSING'
  /** A transfer moves nothing, or is not numbered or dated like its operation. */
  | 'TRANSFER_MALFORMED'
  /** A transfer belongs to no operation. */
  | 'TRANSFER_WITHOUT_OPERATION'
  /** Usage summed up by the hour is not what its operations come to. */
  | 'USAGE_DIFFERS';

/** Which entries of the audit log; all that is given must hold. */
export type AuditLogFilter = {
  /** Only what concerns this account. */
  accountId?: string | number | null | undefined;
  /** Only this. */
  action?: AuditAction | null | undefined;
  /** Only what was done with this API key. */
  actorKeyId?: string | number | null | undefined;
  /** Only what was done at this instant or later. */
  from?: string | null | undefined;
  /** Only what was done before this instant. */
  to?: string | null | undefined;
};

/** What something was done to. */
export type AuditTarget =
  /** An account, by its id. */
  | 'ACCOUNT'
  /** An API key, by its id. */
  | 'API_KEY'
  /** Credits that were given at once, by the id of their lot. */
  | 'CREDIT_LOT'
  /** A dispute, by our id of it. */
  | 'DISPUTE'
  /** A payment, by our id of it. */
  | 'PAYMENT'
  /** A version of what a model costs, as "provider/model/version". */
  | 'RATE'
  /** A refund, by our id of it. */
  | 'REFUND'
  /** An event of Stripe, by Stripe's id of it. */
  | 'WEBHOOK_EVENT';

/** What kind of thing happened. */
export type BillingEntryType =
  /** Support corrected the balance. */
  | 'ADJUSTMENT'
  /** The cardholder disputed a payment; its credits were taken. */
  | 'DISPUTE'
  /** A dispute was lost: what it had frozen is gone for good. */
  | 'DISPUTE_LOST'
  /** A dispute was won; its credits came back. */
  | 'DISPUTE_REVERSED'
  /** Credits expired unspent. */
  | 'EXPIRY'
  /** Credits were given without a payment. */
  | 'GRANT'
  /** An attempt to pay failed; nothing moved. */
  | 'PAYMENT_FAILED'
  /** Credits were bought. */
  | 'PURCHASE'
  /** Money was given back and its credits were taken. */
  | 'REFUND'
  /** A refund did not go through; its credits came back. */
  | 'REFUND_FAILED'
  /** Credits were spent. */
  | 'USAGE';

/** What a call came to. */
export type CaptureHoldInput = {
  /** Whose hold. */
  accountId: string | number;
  /** Charge as debt what the account cannot pay, instead of refusing. */
  allowDebt?: boolean | null | undefined;
  /** What to charge: more than 0. Beyond what the hold has set aside, other available credits are charged. */
  credits: string | number;
  /** What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most 500 characters. */
  description?: string | null | undefined;
  /** Whether this is the last capture: then the rest of the hold is released. With false, as for a stream that is charged as it goes, the hold stays, and captures up to what it has set aside may follow. */
  finalCapture?: boolean | null | undefined;
  /** Which hold. */
  holdId: string | number;
  /** Your name for this capture, unique in the account: repeating the call with the same key charges nothing more. */
  idempotencyKey: string;
  /** Anything worth keeping with the charge, e.g. model, provider and tokens, and nothing about a person: it is kept for good. At most 8192 bytes of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
};

/** Which payment to confirm. */
export type ConfirmPaymentInput = {
  /** The payment intent that was paid, "pi_…". */
  paymentIntentId: string | number;
};

/** An account to open. */
export type CreateAccountInput = {
  /** Where receipts and alerts go. */
  email?: string | null | undefined;
  /** Your own id of the customer: 1 to 64 letters, digits, '_', '.', ':' or '-'. Left out, one is made up. An id that is taken is refused, so repeating the call is safe. */
  id?: string | number | null | undefined;
  /** The customer's name: 1 to 200 characters. */
  name: string;
};

/** An API key to create. */
export type CreateApiKeyInput = {
  /** The account a CUSTOMER key belongs to. Leave it out for SERVICE and ADMIN keys. */
  accountId?: string | number | null | undefined;
  /** When it stops working, at most 3650 days ahead. Left out, it never expires. */
  expiresAt?: string | null | undefined;
  /** What people will call it, e.g. "gateway, eu-west": 1 to 100 characters. */
  name: string;
  /** What the key may do. */
  role: ApiKeyRole;
};

/** What to buy. */
export type CreatePaymentIntentInput = {
  /** How many credits: one of the amounts in `creditPackages`. */
  creditAmount: number;
  /** Your name for this purchase. Repeating the call with the same key returns the same payment intent. */
  idempotencyKey?: string | null | undefined;
};

/** Where credits came from. */
export type CreditSource =
  /** A correction by support, or credits returned that have no lot to return to. */
  | 'ADJUSTMENT'
  /** Given away; never paid out. */
  | 'PROMOTION'
  /** Bought; refundable while unspent. */
  | 'PURCHASE'
  /** Part of a plan. */
  | 'SUBSCRIPTION';

/** Credits to spend. */
export type DebitCreditsInput = {
  /** Whose credits. */
  accountId: string | number;
  /** How many: more than 0, all or nothing. */
  credits: string | number;
  /** What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most 500 characters. */
  description?: string | null | undefined;
  /** Your name for this debit, unique in the account: repeating the call with the same key debits nothing more. */
  idempotencyKey: string;
  /** Anything worth keeping with the debit, e.g. model, provider and tokens, and nothing about a person: it is kept for good. At most 8192 bytes of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
};

/** How far a dispute has come, as Stripe says. */
export type DisputeStatus =
  /** Lost, and it can be appealed against with evidence. */
  | 'APPEAL_NEEDS_RESPONSE'
  /** Lost, and appealed against. */
  | 'APPEAL_UNDER_REVIEW'
  /** The bank decided for the cardholder: the money and its credits stay gone. */
  | 'LOST'
  /** The bank has withdrawn the money, and waits for evidence. */
  | 'NEEDS_RESPONSE'
  /** Settled with the card network before it became a dispute. */
  | 'PREVENTED'
  /** The evidence is with the bank. */
  | 'UNDER_REVIEW'
  /** An inquiry that came to nothing. */
  | 'WARNING_CLOSED'
  /** An inquiry: the bank asks, and waits for evidence. */
  | 'WARNING_NEEDS_RESPONSE'
  /** An inquiry that was answered. */
  | 'WARNING_UNDER_REVIEW'
  /** The bank decided for us: the money came back, and its credits with it. */
  | 'WON';

/** What to add to a hold. Give credits, seconds or both. */
export type ExtendHoldInput = {
  /** Whose hold. */
  accountId: string | number;
  /** Credits to set aside besides: more than 0, all or nothing. */
  addCredits?: string | number | null | undefined;
  /** Seconds by which it expires later; never more than 604800 from now. */
  addSeconds?: number | null | undefined;
  /** Which hold. */
  holdId: string | number;
  /** Your name for this extension, unique in the account: repeating the call with the same key extends once. Without it, each call extends. */
  idempotencyKey?: string | null | undefined;
};

/** Credits to give away. */
export type GrantCreditsInput = {
  /** Who gets them. */
  accountId: string | number;
  /** How many: more than 0. */
  credits: string | number;
  /** From when on they may be spent; left out, or in the past: at once. */
  effectiveAt?: string | null | undefined;
  /** When what is left of them goes; left out: never. */
  expiresAt?: string | null | undefined;
  /** Your name for this grant, unique in the account: repeating the call with the same key grants once. */
  idempotencyKey: string;
  /** Why; the customer sees it in the history, which keeps it for good, so it must name nobody. At most 500 characters. */
  note?: string | null | undefined;
  /** Lower is spent first: 0 to 100. Purchases have 50. */
  priority?: number | null | undefined;
  /** What kind of credits. PURCHASE is refused: those come from payments alone. */
  source?: CreditSource | null | undefined;
};

/** Credits to set aside for a call whose cost is not known yet. */
export type HoldCreditsInput = {
  /** Whose credits. */
  accountId: string | number;
  /** How many: more than 0, all or nothing. */
  credits: string | number;
  /** After so many seconds what was not captured is available again: 1 to 604800. */
  expiresInSeconds?: number | null | undefined;
  /** Your name for this hold, unique in the account: repeating the call with the same key holds nothing more. */
  idempotencyKey: string;
};

/** What has become of a hold. */
export type HoldStatus =
  /** Its credits are set aside. */
  | 'ACTIVE'
  /** Charged, in whole or in part; the rest was released. */
  | 'CAPTURED'
  /** Its time ran out and its credits are available again. It may still be captured. */
  | 'EXPIRED'
  /** Given back, but for what had been captured before. */
  | 'RELEASED';

/** One of the accounts of a customer's books. */
export type LedgerAccount =
  /** Credits that can be spent. */
  | 'AVAILABLE'
  /** Where frozen credits go when the dispute is lost. */
  | 'CHARGED_BACK'
  /** Where spent credits go. */
  | 'CONSUMED'
  /** Credits that the customer owes. */
  | 'DEBT'
  /** Credits that are frozen while a dispute about their money lasts. */
  | 'DISPUTED'
  /** Where credits go that expired unspent. */
  | 'EXPIRED'
  /** Credits that are set aside by holds. */
  | 'HELD'
  /** Where credits come from. */
  | 'ISSUED'
  /** Where credits go whose money was given back. */
  | 'REFUNDED'
  /** Credits that will be available from a later instant. */
  | 'SCHEDULED';

/** What kind of thing was booked. */
export type LedgerEntryType =
  /** Support corrected the balance. */
  | 'ADJUSTMENT'
  /** The cardholder disputed a payment; its credits were taken. */
  | 'DISPUTE'
  /** A dispute was lost: what it had frozen is gone for good. */
  | 'DISPUTE_LOST'
  /** A dispute was won; its credits came back. */
  | 'DISPUTE_REVERSED'
  /** Credits expired unspent. */
  | 'EXPIRY'
  /** Credits were given without a payment. */
  | 'GRANT'
  /** Credits were set aside. */
  | 'HOLD'
  /** An attempt to pay failed; nothing moved. */
  | 'PAYMENT_FAILED'
  /** Credits were bought. */
  | 'PURCHASE'
  /** Money was given back and its credits were taken. */
  | 'REFUND'
  /** A refund did not go through; its credits came back. */
  | 'REFUND_FAILED'
  /** Credits that were set aside became available again. */
  | 'RELEASE'
  /** Credits were spent. */
  | 'USAGE';

/** What moved the balance at Stripe. Fees and payouts are not compared, since our books don't have them. */
export type MovementKind =
  /** A correction by Stripe. It is listed, and never counts as different. */
  | 'ADJUSTMENT'
  /** A payment came in. */
  | 'CHARGE'
  /** A payment was taken back after it had come in, as by a bank. */
  | 'CHARGE_REVERSAL'
  /** A dispute withdrew money. */
  | 'DISPUTE'
  /** A dispute was won, and its money came back. */
  | 'DISPUTE_REVERSAL'
  /** A refund went out. */
  | 'REFUND'
  /** A refund failed or was canceled, and its money came back. */
  | 'REFUND_REVERSAL';

/** Where a payment stands. */
export type PaymentStatus =
  /** Given up; it can no longer be paid. */
  | 'CANCELED'
  /** Paid, and disputed: the bank has taken money back, until the dispute is won or for good. */
  | 'DISPUTED'
  /** The last attempt failed; the customer may try another payment method. */
  | 'FAILED'
  /** Paid, and some of the money given back. */
  | 'PARTIALLY_REFUNDED'
  /** On its way, e.g. a bank debit; credits follow when it succeeds. */
  | 'PROCESSING'
  /** Paid, and all of the money given back. */
  | 'REFUNDED'
  /** Waits for a payment method or for the customer to authenticate. */
  | 'REQUIRES_PAYMENT'
  /** Paid, and the credits granted. */
  | 'SUCCEEDED';

/** How a reconciliation ended. */
export type ReconciliationStatus =
  /** Our books and those of Stripe say the same, now if not before. */
  | 'AGREED'
  /** Differences are left that asking Stripe again does not mend: somebody has to look. */
  | 'DIFFERS'
  /** It was broken off; `failure` says why. What it had done stays done. */
  | 'FAILED'
  /** Nothing differs, but there was more than one run looks at; the next goes on. */
  | 'INCOMPLETE'
  /** It has not ended yet. */
  | 'RUNNING';

/** What began a reconciliation. */
export type ReconciliationTrigger =
  /** The mutation `reconcile`. */
  | 'ADMIN'
  /** The command line. */
  | 'COMMAND_LINE'
  /** The hour. */
  | 'SCHEDULE';

/** Calls that used credits. */
export type RecordUsageInput = {
  /** 1 to 1000 of them, of any accounts. Those of one account are booked in their order. */
  records: Array<UsageRecordInput>;
};

/** What to refund. */
export type RefundInput = {
  /** How much, in minor units (cents for USD); left out: all that is left of the payment. */
  amount?: number | null | undefined;
  /** Your name for this refund. Repeating the call with the same key refunds nothing more. */
  idempotencyKey?: string | null | undefined;
  /** For support only; the customer does not see it. At most 500 characters. */
  note?: string | null | undefined;
  /** The payment intent that paid, "pi_…". */
  paymentIntentId: string | number;
  /** Why; Stripe is told. */
  reason?: RefundReason | null | undefined;
  /** What to do where the credits are spent. */
  spentCredits?: SpentCreditsPolicy | null | undefined;
};

/** Why money is given back. */
export type RefundReason =
  /** It was paid twice. */
  | 'DUPLICATE'
  /** The payment was not made by the cardholder. Stripe learns from it and may block the card. */
  | 'FRAUDULENT'
  /** The customer asked for it. */
  | 'REQUESTED_BY_CUSTOMER';

/** How far a refund has come. */
export type RefundStatus =
  /** Called off; the credits went back to the customer. */
  | 'CANCELED'
  /** The money stayed here, and the credits went back to the customer. */
  | 'FAILED'
  /** Credits taken; the money is on its way, or Stripe has not answered yet. */
  | 'PENDING'
  /** The customer must do something to receive the money. */
  | 'REQUIRES_ACTION'
  /** The money is with the customer. A bank may still send it back: FAILED. */
  | 'SUCCEEDED';

/** The hold to give back. */
export type ReleaseHoldInput = {
  /** Whose hold. */
  accountId: string | number;
  /** Which hold. */
  holdId: string | number;
};

/** Which model is no longer priced, and from when on. */
export type RetireRateInput = {
  /** From which instant on it has no rate; left out: from now on. Not in the past, and at most 366 days ahead. */
  effectiveFrom?: string | null | undefined;
  /** Your name for this edit: repeating the call with the same key retires the model once. */
  idempotencyKey: string;
  /** The model's name, e.g. "gpt-4o": 1 to 200 letters, digits and "@._:/+-", told apart by case. */
  model: string;
  /** Why; shown in `rateVersions` alone. At most 500 characters. */
  note?: string | null | undefined;
  /** Whose model it is, e.g. "openai": 1 to 64 lower-case letters, digits, ".", "_" and "-". */
  provider: string;
};

/** What a model costs, and from when on. */
export type SetRateInput = {
  /** From which instant on it is in force; left out: from now on. Not in the past, and at most 366 days ahead. */
  effectiveFrom?: string | null | undefined;
  /** Your name for this edit: repeating the call with the same key sets the rate once. */
  idempotencyKey: string;
  /** Credits per 1,000 input tokens, before the markup: a decimal string with at most 12 fraction digits, e.g. "0.25"; "0" to "1000000". */
  inputPricePer1K: string;
  /** What is added to both prices, in percent: a decimal string with at most 4 fraction digits, e.g. "12.5"; "0" to "1000". */
  markupPercent?: string;
  /** The model's name, e.g. "gpt-4o": 1 to 200 letters, digits and "@._:/+-", told apart by case. */
  model: string;
  /** Why; shown in `rateVersions` alone. At most 500 characters. */
  note?: string | null | undefined;
  /** The same per 1,000 output tokens. */
  outputPricePer1K: string;
  /** Whose model it is, e.g. "openai": 1 to 64 lower-case letters, digits, ".", "_" and "-". */
  provider: string;
};

/** What to do where the credits that a refund takes back are spent. */
export type SpentCreditsPolicy =
  /** Refund all the same: take the rest from the account's other credits, then as debt (`owed`). */
  | 'CREATE_DEBT'
  /** Refuse with CREDITS_ALREADY_SPENT, which says how much could be refunded. */
  | 'REJECT';

/** What usage is broken down by. */
export type UsageDimension =
  /** Days, in UTC. */
  | 'DAY'
  /** Hours, in UTC. */
  | 'HOUR'
  /** `model` in the usage's metadata. */
  | 'MODEL'
  /** Months, in UTC. */
  | 'MONTH'
  /** `provider` in the usage's metadata. */
  | 'PROVIDER';

/** A call to a model, made or to be made. */
export type UsageQuoteInput = {
  /** When the call is made; left out: now. */
  at?: string | null | undefined;
  /** Tokens that the model is given: 0 to 1000000000000. */
  inputTokens: number;
  /** The model's name, e.g. "gpt-4o": 1 to 200 letters, digits and "@._:/+-", told apart by case. */
  model: string;
  /** Tokens that the model makes: 0 to 1000000000000. */
  outputTokens: number;
  /** Whose model it is, e.g. "openai": 1 to 64 lower-case letters, digits, ".", "_" and "-". */
  provider: string;
};

/** One call that used credits. Give its credits or its tokens. */
export type UsageRecordInput = {
  /** Whose credits. */
  accountId: string | number;
  /** What it costs: more than 0. */
  credits?: string | number | null | undefined;
  /** What for; the customer sees it in the history, which keeps it for good, so it must name nobody. At most 500 characters. */
  description?: string | null | undefined;
  /** Your name for this call, unique in the account, also against debitCredits: recording it again takes nothing more. */
  idempotencyKey: string;
  /** Anything worth keeping with it, and nothing about a person: it is kept for good. At most 8192 bytes of JSON. The series of `usage` read model, provider, inputTokens and outputTokens in it; where tokens are priced these are added, and the rate. */
  metadata?: Record<string, unknown> | null | undefined;
  /** When it happened, at most 30 days ago; left out: now. It is booked now all the same. */
  occurredAt?: string | null | undefined;
  /** What it took, where the rate card in force at `occurredAt` shall say what it costs. */
  tokens?: UsedTokensInput | null | undefined;
};

/** What a call to a model took, to be priced by the rate card. */
export type UsedTokensInput = {
  /** Tokens that the model was given, 0 to 1000000000000. */
  inputTokens: number;
  /** The model's name, e.g. "gpt-4o": 1 to 200 letters, digits and "@._:/+-", told apart by case. */
  model: string;
  /** Tokens that the model made, 0 to 1000000000000. */
  outputTokens: number;
  /** Whose model it is, e.g. "openai": 1 to 64 lower-case letters, digits, ".", "_" and "-". */
  provider: string;
};

/** Which events to list: those for which everything given here is so. */
export type WebhookEventFilter = {
  /** Only events about this object of Stripe, e.g. a refund, `re_…`. */
  objectId?: string | number | null | undefined;
  /** Only events about this payment intent, or about its charges and refunds. */
  paymentIntentId?: string | number | null | undefined;
  /** Only events that were delivered then or later. */
  receivedFrom?: string | null | undefined;
  /** Only events that were delivered before this instant. */
  receivedTo?: string | null | undefined;
  /** Only events of this status. */
  status?: WebhookEventStatus | null | undefined;
  /** Only events of this type, e.g. `payment_intent.succeeded`. */
  type?: string | null | undefined;
};

/** What became of an event. */
export type WebhookEventStatus =
  /** It was given up; `outcome` says why. `replayWebhookEvent` tries it again. */
  | 'FAILED'
  /** Nothing is to be done about it; `outcome` says why. */
  | 'IGNORED'
  /** Our books say what Stripe says. */
  | 'PROCESSED'
  /** It waits for its first attempt, or for the next after one that failed. */
  | 'RECEIVED';

export type AuditLogQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  filter?: AuditLogFilter | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, action: AuditAction, accountId: string | null, targetType: AuditTarget, targetId: string, note: string | null, requestId: string | null, idempotencyKeyHash: string | null, before: Record<string, unknown> | null, after: Record<string, unknown> | null, erased: boolean, createdAt: string, actor: { kind: ActorKind, keyId: string | null, role: string | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type EraseAccountDataMutationVariables = Exact<{
  accountId: string | number;
}>;


export type EraseAccountDataMutation = { eraseAccountData: { revokedKeys: number, erasedAuditEntries: number, stripeCustomerId: string | null, account: { id: string, name: string, email: string | null, erasedAt: string | null } } };

export type AuditOfAccountQueryVariables = Exact<{
  accountId: string | number;
}>;


export type AuditOfAccountQuery = { audit: { nodes: Array<{ sound: boolean, operations: number, findings: Array<{ kind: AuditFindingKind }> }> } };

export type HoldCreditsMutationVariables = Exact<{
  input: HoldCreditsInput;
}>;


export type HoldCreditsMutation = { holdCredits: { hold: { id: string, status: HoldStatus, credits: string, captured: string, expiresAt: string }, balance: { available: string, held: string, owed: string } } };

export type ExtendHoldMutationVariables = Exact<{
  input: ExtendHoldInput;
}>;


export type ExtendHoldMutation = { extendHold: { hold: { id: string, status: HoldStatus, credits: string, captured: string, expiresAt: string }, balance: { available: string, held: string, owed: string } } };

export type CaptureHoldMutationVariables = Exact<{
  input: CaptureHoldInput;
}>;


export type CaptureHoldMutation = { captureHold: { hold: { id: string, status: HoldStatus, credits: string, captured: string, expiresAt: string }, balance: { available: string, held: string, owed: string } } };

export type ReleaseHoldMutationVariables = Exact<{
  input: ReleaseHoldInput;
}>;


export type ReleaseHoldMutation = { releaseHold: { hold: { id: string, status: HoldStatus, credits: string, captured: string, expiresAt: string }, balance: { available: string, held: string, owed: string } } };

export type BalanceAsOfQueryVariables = Exact<{
  accountId: string | number;
  asOf?: string | null | undefined;
}>;


export type BalanceAsOfQuery = { balance: { available: string, held: string, owed: string, updatedAt: string, lots: Array<{ id: string, source: CreditSource, granted: string, remaining: string, held: string, priority: number, unitPrice: string | null, effectiveAt: string, expiresAt: string | null, createdAt: string }> } };

export type CreditPackagesQueryVariables = Exact<{ [key: string]: never; }>;


export type CreditPackagesQuery = { creditPackages: Array<{ id: string, name: string, credits: number, pricePerCredit: string, discountPercent: number, price: { amount: number, currency: string, formatted: string } }> };

export type BalanceQueryVariables = Exact<{
  accountId?: string | number | null | undefined;
}>;


export type BalanceQuery = { balance: { available: string, held: string, owed: string, updatedAt: string, lots: Array<{ id: string, source: CreditSource, granted: string, remaining: string, priority: number, expiresAt: string | null, createdAt: string }> } };

export type BillingHistoryQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  types?: Array<BillingEntryType> | BillingEntryType | null | undefined;
  accountId?: string | number | null | undefined;
}>;


export type BillingHistoryQuery = { billingHistory: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, type: BillingEntryType, description: string, credits: string, stripePaymentIntentId: string | null, stripeRefundId: string | null, createdAt: string, money: { amount: number, currency: string, formatted: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type LedgerEntriesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  accountId?: string | number | null | undefined;
}>;


export type LedgerEntriesQuery = { ledgerEntries: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, seq: number, type: LedgerEntryType, description: string, credits: string, availableAfter: string, heldAfter: string, owedAfter: string, holdId: string | null, stripePaymentIntentId: string | null, stripeRefundId: string | null, metadata: Record<string, unknown> | null, occurredAt: string | null, createdAt: string, hash: string, transfers: Array<{ debitAccount: LedgerAccount, creditAccount: LedgerAccount, amount: string, lotId: string | null }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PaymentQueryVariables = Exact<{
  paymentIntentId: string | number;
}>;


export type PaymentQuery = { payment: { id: string, status: PaymentStatus, credits: number, stripePaymentIntentId: string, failureCode: string | null, failureMessage: string | null, createdAt: string, succeededAt: string | null, price: { amount: number, currency: string, formatted: string }, refunded: { amount: number }, refunds: Array<{ id: string, status: RefundStatus, credits: string, reason: RefundReason, stripeRefundId: string | null, amount: { amount: number } }>, disputed: { amount: number }, disputes: Array<{ id: string, status: DisputeStatus, credits: string, withdrawn: { amount: number } }> } | null };

export type DisputesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  openOnly?: boolean | null | undefined;
  statuses?: Array<DisputeStatus> | DisputeStatus | null | undefined;
  accountId?: string | number | null | undefined;
}>;


export type DisputesQuery = { disputes: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, status: DisputeStatus, reason: string, credits: string, evidenceDueBy: string | null, accountId: string, stripePaymentIntentId: string | null, stripeDisputeId: string, createdAt: string, closedAt: string | null, amount: { amount: number, currency: string }, withdrawn: { amount: number } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type FraudWarningsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  actionable?: boolean | null | undefined;
  accountId?: string | number | null | undefined;
}>;


export type FraudWarningsQuery = { fraudWarnings: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, fraudType: string, actionable: boolean, accountId: string, stripePaymentIntentId: string | null, stripeWarningId: string, createdAt: string, heardAt: string }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PaymentFraudWarningsQueryVariables = Exact<{
  paymentIntentId: string | number;
}>;


export type PaymentFraudWarningsQuery = { payment: { fraudWarnings: Array<{ stripeWarningId: string, actionable: boolean }> } | null };

export type CreatePaymentIntentMutationVariables = Exact<{
  input: CreatePaymentIntentInput;
}>;


export type CreatePaymentIntentMutation = { createPaymentIntent: { paymentIntentId: string, clientSecret: string, publishableKey: string, payment: { id: string, status: PaymentStatus, credits: number, price: { amount: number, currency: string } } } };

export type ConfirmPaymentMutationVariables = Exact<{
  input: ConfirmPaymentInput;
}>;


export type ConfirmPaymentMutation = { confirmPayment: { creditsAdded: string, payment: { id: string, status: PaymentStatus, credits: number, succeededAt: string | null }, balance: { available: string, held: string, owed: string } } };

export type RefundMutationVariables = Exact<{
  input: RefundInput;
}>;


export type RefundMutation = { refund: { refund: { id: string, status: RefundStatus, credits: string, reason: RefundReason, stripeRefundId: string | null, amount: { amount: number, currency: string } }, payment: { id: string, status: PaymentStatus, refunded: { amount: number } }, balance: { available: string, owed: string } } };

export type RefundQuoteQueryVariables = Exact<{
  paymentId: string | number;
  amount?: number | null | undefined;
}>;


export type RefundQuoteQuery = { refundQuote: { pricePerCredit: string, unspent: string, held: string, spent: string, refundedCredits: string, payment: { id: string, status: PaymentStatus }, refundable: { amount: number, currency: string, formatted: string }, refundableByUnspentCredits: { amount: number }, refund: { credits: string, fromPayment: string, fromOtherCredits: string, asDebt: string, spentCredits: SpentCreditsPolicy, amount: { amount: number, currency: string } } | null } };

export type DebitCreditsMutationVariables = Exact<{
  input: DebitCreditsInput;
}>;


export type DebitCreditsMutation = { debitCredits: { debited: string, replayed: boolean, balance: { available: string, held: string, owed: string } } };

export type GrantCreditsMutationVariables = Exact<{
  input: GrantCreditsInput;
}>;


export type GrantCreditsMutation = { grantCredits: { lot: { id: string, source: CreditSource, granted: string, remaining: string, priority: number, expiresAt: string | null }, balance: { available: string, owed: string } } };

export type CreateAccountMutationVariables = Exact<{
  input: CreateAccountInput;
}>;


export type CreateAccountMutation = { createAccount: { account: { id: string, name: string, email: string | null } } };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { token: string, apiKey: { id: string, prefix: string, role: ApiKeyRole } } };

export type SetRateMutationVariables = Exact<{
  input: SetRateInput;
}>;


export type SetRateMutation = { setRate: { replayed: boolean, rateVersion: { id: string, provider: string, model: string, version: number, effectiveFrom: string, note: string | null, setBy: string, createdAt: string, rate: { id: string, inputPricePer1K: string, outputPricePer1K: string, markupPercent: string, effectiveFrom: string } | null } } };

export type RetireRateMutationVariables = Exact<{
  input: RetireRateInput;
}>;


export type RetireRateMutation = { retireRate: { replayed: boolean, rateVersion: { id: string, version: number, effectiveFrom: string, note: string | null, rate: { id: string } | null } } };

export type RateCardQueryVariables = Exact<{
  at?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type RateCardQuery = { rateCard: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, provider: string, model: string, version: number, inputPricePer1K: string, outputPricePer1K: string, markupPercent: string, effectiveFrom: string }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type RateVersionsQueryVariables = Exact<{
  provider: string;
  model: string;
  first?: number;
  after?: string | null | undefined;
}>;


export type RateVersionsQuery = { rateVersions: { nodes: Array<{ id: string, version: number, effectiveFrom: string, note: string | null, setBy: string, createdAt: string, rate: { inputPricePer1K: string } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PricesQueryVariables = Exact<{
  input: UsageQuoteInput;
}>;


export type PricesQuery = { rateCard: { nodes: Array<{ inputCreditsPer1K: string, outputCreditsPer1K: string }> }, usageQuote: { credits: string, rate: { id: string, inputCreditsPer1K: string, outputCreditsPer1K: string } } };

export type UsageQuoteQueryVariables = Exact<{
  input: UsageQuoteInput;
}>;


export type UsageQuoteQuery = { usageQuote: { credits: string, rate: { id: string, version: number, inputPricePer1K: string, outputPricePer1K: string, markupPercent: string } } };

export type ReconcileMutationVariables = Exact<{ [key: string]: never; }>;


export type ReconcileMutation = { reconcile: { queued: boolean, running: { id: string, status: ReconciliationStatus } | null } };

export type ReconciliationQueryVariables = Exact<{
  id: string | number;
}>;


export type ReconciliationQuery = { reconciliation: { id: string, status: ReconciliationStatus, trigger: ReconciliationTrigger, requestedBy: string | null, startedAt: string, finishedAt: string | null, failure: string | null, healed: number, eventsRead: number, eventsStored: number, paymentsReread: number, paymentsHealed: number, refundsReread: number, refundsHealed: number, disputesReread: number, disputesHealed: number, movementsRead: number, movementsForeign: number, comparedUntil: string | null, differencesHealed: number, differencesLeft: number, differences: Array<{ day: string, kind: MovementKind, objectId: string, paymentIntentId: string | null, currency: string, ours: number, theirs: number, ourStatus: DisputeStatus | null, theirStatus: DisputeStatus | null }>, totals: Array<{ day: string, kind: MovementKind, currency: string, count: number, ours: number, theirs: number }> } };

export type ReconciliationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationsQuery = { reconciliations: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, status: ReconciliationStatus, trigger: ReconciliationTrigger, startedAt: string, differencesLeft: number }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type RecordUsageMutationVariables = Exact<{
  input: RecordUsageInput;
}>;


export type RecordUsageMutation = { recordUsage: { refused: number, outcomes: Array<{ accountId: string, idempotencyKey: string, debited: string | null, replayed: boolean, balance: { available: string } | null, refusal: { code: string, message: string, details: Record<string, unknown> } | null }> } };

export type UsageQueryVariables = Exact<{
  from: string;
  to: string;
  groupBy?: Array<UsageDimension> | UsageDimension;
  accountId?: string | number | null | undefined;
}>;


export type UsageQuery = { usage: { from: string, to: string, points: Array<{ start: string | null, provider: string | null, model: string | null, credits: string, calls: number, inputTokens: number, outputTokens: number }>, total: { credits: string, calls: number, inputTokens: number, outputTokens: number } } };

export type WebhookEventsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: WebhookEventFilter | null | undefined;
}>;


export type WebhookEventsQuery = { webhookEvents: { edges: Array<{ cursor: string, node: { id: string } }>, nodes: Array<{ id: string, type: string, status: WebhookEventStatus, attempts: number, outcome: string | null, lastError: string | null, objectId: string | null, paymentIntentId: string | null, paymentId: string | null, payload: Record<string, unknown>, createdAt: string, receivedAt: string, processedAt: string | null, lastAttemptAt: string | null, nextAttemptAt: string | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type WebhookEventQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookEventQuery = { webhookEvent: { id: string, status: WebhookEventStatus, attempts: number, outcome: string | null, lastError: string | null, nextAttemptAt: string | null, processedAt: string | null } };

export type ReplayWebhookEventMutationVariables = Exact<{
  id: string | number;
}>;


export type ReplayWebhookEventMutation = { replayWebhookEvent: { event: { id: string, status: WebhookEventStatus, attempts: number, outcome: string | null, lastError: string | null, nextAttemptAt: string | null } } };


export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"100"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditLogFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"targetType"}},{"kind":"Field","name":{"kind":"Name","value":"targetId"}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"idempotencyKeyHash"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}},{"kind":"Field","name":{"kind":"Name","value":"erased"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const EraseAccountDataDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EraseAccountData"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eraseAccountData"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"erasedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"revokedKeys"}},{"kind":"Field","name":{"kind":"Name","value":"erasedAuditEntries"}},{"kind":"Field","name":{"kind":"Name","value":"stripeCustomerId"}}]}}]}}]} as unknown as DocumentNode<EraseAccountDataMutation, EraseAccountDataMutationVariables>;
export const AuditOfAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditOfAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"audit"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sound"}},{"kind":"Field","name":{"kind":"Name","value":"operations"}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AuditOfAccountQuery, AuditOfAccountQueryVariables>;
export const HoldCreditsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"HoldCredits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"HoldCreditsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"holdCredits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"captured"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<HoldCreditsMutation, HoldCreditsMutationVariables>;
export const ExtendHoldDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ExtendHold"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ExtendHoldInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"extendHold"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"captured"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<ExtendHoldMutation, ExtendHoldMutationVariables>;
export const CaptureHoldDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CaptureHold"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CaptureHoldInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"captureHold"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"captured"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<CaptureHoldMutation, CaptureHoldMutationVariables>;
export const ReleaseHoldDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReleaseHold"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReleaseHoldInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"releaseHold"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"captured"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<ReleaseHoldMutation, ReleaseHoldMutationVariables>;
export const BalanceAsOfDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BalanceAsOf"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTimeISO"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"balance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"asOf"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lots"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"granted"}},{"kind":"Field","name":{"kind":"Name","value":"remaining"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]} as unknown as DocumentNode<BalanceAsOfQuery, BalanceAsOfQueryVariables>;
export const CreditPackagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CreditPackages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"creditPackages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"formatted"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pricePerCredit"}},{"kind":"Field","name":{"kind":"Name","value":"discountPercent"}}]}}]}}]} as unknown as DocumentNode<CreditPackagesQuery, CreditPackagesQueryVariables>;
export const BalanceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Balance"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"balance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lots"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"granted"}},{"kind":"Field","name":{"kind":"Name","value":"remaining"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]} as unknown as DocumentNode<BalanceQuery, BalanceQueryVariables>;
export const BillingHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BillingHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"types"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BillingEntryType"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"billingHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"types"},"value":{"kind":"Variable","name":{"kind":"Name","value":"types"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"money"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"formatted"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stripePaymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"stripeRefundId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BillingHistoryQuery, BillingHistoryQueryVariables>;
export const LedgerEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LedgerEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ledgerEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"seq"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"availableAfter"}},{"kind":"Field","name":{"kind":"Name","value":"heldAfter"}},{"kind":"Field","name":{"kind":"Name","value":"owedAfter"}},{"kind":"Field","name":{"kind":"Name","value":"holdId"}},{"kind":"Field","name":{"kind":"Name","value":"stripePaymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"stripeRefundId"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"hash"}},{"kind":"Field","name":{"kind":"Name","value":"transfers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"debitAccount"}},{"kind":"Field","name":{"kind":"Name","value":"creditAccount"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"lotId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<LedgerEntriesQuery, LedgerEntriesQueryVariables>;
export const PaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Payment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"paymentIntentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"paymentIntentId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"paymentIntentId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"formatted"}}]}},{"kind":"Field","name":{"kind":"Name","value":"refunded"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stripePaymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"failureCode"}},{"kind":"Field","name":{"kind":"Name","value":"failureMessage"}},{"kind":"Field","name":{"kind":"Name","value":"refunds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"stripeRefundId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disputed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disputes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"withdrawn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credits"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"succeededAt"}}]}}]}}]} as unknown as DocumentNode<PaymentQuery, PaymentQueryVariables>;
export const DisputesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Disputes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"openOnly"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DisputeStatus"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disputes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"openOnly"},"value":{"kind":"Variable","name":{"kind":"Name","value":"openOnly"}}},{"kind":"Argument","name":{"kind":"Name","value":"statuses"},"value":{"kind":"Variable","name":{"kind":"Name","value":"statuses"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"withdrawn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"evidenceDueBy"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"stripePaymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"stripeDisputeId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<DisputesQuery, DisputesQueryVariables>;
export const FraudWarningsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FraudWarnings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actionable"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fraudWarnings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"actionable"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actionable"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fraudType"}},{"kind":"Field","name":{"kind":"Name","value":"actionable"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"stripePaymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"stripeWarningId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"heardAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<FraudWarningsQuery, FraudWarningsQueryVariables>;
export const PaymentFraudWarningsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PaymentFraudWarnings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"paymentIntentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"paymentIntentId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"paymentIntentId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fraudWarnings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stripeWarningId"}},{"kind":"Field","name":{"kind":"Name","value":"actionable"}}]}}]}}]}}]} as unknown as DocumentNode<PaymentFraudWarningsQuery, PaymentFraudWarningsQueryVariables>;
export const CreatePaymentIntentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreatePaymentIntent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreatePaymentIntentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createPaymentIntent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"clientSecret"}},{"kind":"Field","name":{"kind":"Name","value":"publishableKey"}},{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CreatePaymentIntentMutation, CreatePaymentIntentMutationVariables>;
export const ConfirmPaymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmPayment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConfirmPaymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmPayment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"succeededAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"creditsAdded"}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmPaymentMutation, ConfirmPaymentMutationVariables>;
export const RefundDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Refund"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RefundInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refund"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refund"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"stripeRefundId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"refunded"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<RefundMutation, RefundMutationVariables>;
export const RefundQuoteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RefundQuote"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"paymentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"amount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SafeInt"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refundQuote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"paymentId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"paymentId"}}},{"kind":"Argument","name":{"kind":"Name","value":"amount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"amount"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"refundable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"formatted"}}]}},{"kind":"Field","name":{"kind":"Name","value":"refundableByUnspentCredits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pricePerCredit"}},{"kind":"Field","name":{"kind":"Name","value":"unspent"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"spent"}},{"kind":"Field","name":{"kind":"Name","value":"refundedCredits"}},{"kind":"Field","name":{"kind":"Name","value":"refund"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"fromPayment"}},{"kind":"Field","name":{"kind":"Name","value":"fromOtherCredits"}},{"kind":"Field","name":{"kind":"Name","value":"asDebt"}},{"kind":"Field","name":{"kind":"Name","value":"spentCredits"}}]}}]}}]}}]} as unknown as DocumentNode<RefundQuoteQuery, RefundQuoteQueryVariables>;
export const DebitCreditsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DebitCredits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DebitCreditsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"debitCredits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"debited"}},{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"held"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<DebitCreditsMutation, DebitCreditsMutationVariables>;
export const GrantCreditsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"GrantCredits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"GrantCreditsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"grantCredits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lot"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"granted"}},{"kind":"Field","name":{"kind":"Name","value":"remaining"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"owed"}}]}}]}}]}}]} as unknown as DocumentNode<GrantCreditsMutation, GrantCreditsMutationVariables>;
export const CreateAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}}]}}]}}]} as unknown as DocumentNode<CreateAccountMutation, CreateAccountMutationVariables>;
export const CreateApiKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateApiKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateApiKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createApiKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}}]}}]} as unknown as DocumentNode<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const SetRateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetRate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetRateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setRate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rateVersion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveFrom"}},{"kind":"Field","name":{"kind":"Name","value":"rate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"inputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"outputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"markupPercent"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveFrom"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"setBy"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replayed"}}]}}]}}]} as unknown as DocumentNode<SetRateMutation, SetRateMutationVariables>;
export const RetireRateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetireRate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetireRateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retireRate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rateVersion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveFrom"}},{"kind":"Field","name":{"kind":"Name","value":"rate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replayed"}}]}}]}}]} as unknown as DocumentNode<RetireRateMutation, RetireRateMutationVariables>;
export const RateCardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RateCard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"at"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTimeISO"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"100"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rateCard"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"at"},"value":{"kind":"Variable","name":{"kind":"Name","value":"at"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"outputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"markupPercent"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveFrom"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<RateCardQuery, RateCardQueryVariables>;
export const RateVersionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RateVersions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"provider"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"model"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rateVersions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"provider"},"value":{"kind":"Variable","name":{"kind":"Name","value":"provider"}}},{"kind":"Argument","name":{"kind":"Name","value":"model"},"value":{"kind":"Variable","name":{"kind":"Name","value":"model"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"effectiveFrom"}},{"kind":"Field","name":{"kind":"Name","value":"rate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inputPricePer1K"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"setBy"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<RateVersionsQuery, RateVersionsQueryVariables>;
export const PricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Prices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageQuoteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rateCard"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inputCreditsPer1K"}},{"kind":"Field","name":{"kind":"Name","value":"outputCreditsPer1K"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"usageQuote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"rate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"inputCreditsPer1K"}},{"kind":"Field","name":{"kind":"Name","value":"outputCreditsPer1K"}}]}}]}}]}}]} as unknown as DocumentNode<PricesQuery, PricesQueryVariables>;
export const UsageQuoteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageQuote"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageQuoteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageQuote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"rate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"outputPricePer1K"}},{"kind":"Field","name":{"kind":"Name","value":"markupPercent"}}]}}]}}]}}]} as unknown as DocumentNode<UsageQuoteQuery, UsageQuoteQueryVariables>;
export const ReconcileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Reconcile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reconcile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"running"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<ReconcileMutation, ReconcileMutationVariables>;
export const ReconciliationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Reconciliation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reconciliation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"requestedBy"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"healed"}},{"kind":"Field","name":{"kind":"Name","value":"eventsRead"}},{"kind":"Field","name":{"kind":"Name","value":"eventsStored"}},{"kind":"Field","name":{"kind":"Name","value":"paymentsReread"}},{"kind":"Field","name":{"kind":"Name","value":"paymentsHealed"}},{"kind":"Field","name":{"kind":"Name","value":"refundsReread"}},{"kind":"Field","name":{"kind":"Name","value":"refundsHealed"}},{"kind":"Field","name":{"kind":"Name","value":"disputesReread"}},{"kind":"Field","name":{"kind":"Name","value":"disputesHealed"}},{"kind":"Field","name":{"kind":"Name","value":"movementsRead"}},{"kind":"Field","name":{"kind":"Name","value":"movementsForeign"}},{"kind":"Field","name":{"kind":"Name","value":"comparedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"differencesHealed"}},{"kind":"Field","name":{"kind":"Name","value":"differencesLeft"}},{"kind":"Field","name":{"kind":"Name","value":"differences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"paymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"ours"}},{"kind":"Field","name":{"kind":"Name","value":"theirs"}},{"kind":"Field","name":{"kind":"Name","value":"ourStatus"}},{"kind":"Field","name":{"kind":"Name","value":"theirStatus"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"ours"}},{"kind":"Field","name":{"kind":"Name","value":"theirs"}}]}}]}}]}}]} as unknown as DocumentNode<ReconciliationQuery, ReconciliationQueryVariables>;
export const ReconciliationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Reconciliations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reconciliations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"differencesLeft"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ReconciliationsQuery, ReconciliationsQueryVariables>;
export const RecordUsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RecordUsage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RecordUsageInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordUsage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refused"}},{"kind":"Field","name":{"kind":"Name","value":"outcomes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"idempotencyKey"}},{"kind":"Field","name":{"kind":"Name","value":"debited"}},{"kind":"Field","name":{"kind":"Name","value":"replayed"}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"refusal"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"details"}}]}}]}}]}}]}}]} as unknown as DocumentNode<RecordUsageMutation, RecordUsageMutationVariables>;
export const UsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Usage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTimeISO"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTimeISO"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageDimension"}}}}},"defaultValue":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"DAY"}]}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"groupBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"groupBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"points"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"provider"}},{"kind":"Field","name":{"kind":"Name","value":"model"}},{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"calls"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"credits"}},{"kind":"Field","name":{"kind":"Name","value":"calls"}},{"kind":"Field","name":{"kind":"Name","value":"inputTokens"}},{"kind":"Field","name":{"kind":"Name","value":"outputTokens"}}]}}]}}]}}]} as unknown as DocumentNode<UsageQuery, UsageQueryVariables>;
export const WebhookEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"paymentIntentId"}},{"kind":"Field","name":{"kind":"Name","value":"paymentId"}},{"kind":"Field","name":{"kind":"Name","value":"payload"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"processedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastAttemptAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookEventsQuery, WebhookEventsQueryVariables>;
export const WebhookEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}},{"kind":"Field","name":{"kind":"Name","value":"processedAt"}}]}}]}}]} as unknown as DocumentNode<WebhookEventQuery, WebhookEventQueryVariables>;
export const ReplayWebhookEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayWebhookEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayWebhookEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}}]}}]}}]} as unknown as DocumentNode<ReplayWebhookEventMutation, ReplayWebhookEventMutationVariables>;