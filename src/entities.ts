import { Account } from './accounts/account.entity.js';
import { ApiKey } from './accounts/api-key.entity.js';
import { AuditLogEntry } from './audit-log/audit-log-entry.entity.js';
import { AuditLogPersonal } from './audit-log/audit-log-personal.entity.js';
import { CreditPackage } from './catalog/credit-package.entity.js';
import { CreditPackagePrice } from './catalog/credit-package-price.entity.js';
import { CreditBalance } from './credits/credit-balance.entity.js';
import { CreditHold } from './credits/credit-hold.entity.js';
import { CreditLot } from './credits/credit-lot.entity.js';
import { FurtherTransfer } from './ledger/further-transfer.entity.js';
import { LedgerOperation } from './ledger/ledger-operation.entity.js';
import { Dispute } from './payments/dispute.entity.js';
import { FraudWarning } from './payments/fraud-warning.entity.js';
import { Payment } from './payments/payment.entity.js';
import { Refund } from './payments/refund.entity.js';
import { StripeCustomer } from './payments/stripe-customer.entity.js';
import { IdempotencyKey } from './platform/idempotency/idempotency-key.entity.js';
import { RateWindow } from './platform/rate-limits/rate-window.entity.js';
import { RateVersionRow } from './rates/rate-version.entity.js';
import { EventCursor } from './reconciliation/event-cursor.entity.js';
import { Reconciliation } from './reconciliation/reconciliation.entity.js';
import { UsageHour } from './usage/usage-hour.entity.js';
import { UsageMark } from './usage/usage-mark.entity.js';
import { WebhookEvent } from './webhooks/webhook-event.entity.js';

/** Every table this project owns. */
export const entities = [
  Account,
  ApiKey,
  CreditPackage,
  CreditPackagePrice,
  CreditBalance,
  CreditHold,
  CreditLot,
  LedgerOperation,
  FurtherTransfer,
  Payment,
  Refund,
  Dispute,
  FraudWarning,
  StripeCustomer,
  IdempotencyKey,
  RateWindow,
  RateVersionRow,
  Reconciliation,
  EventCursor,
  AuditLogEntry,
  AuditLogPersonal,
  UsageHour,
  UsageMark,
  WebhookEvent,
];
