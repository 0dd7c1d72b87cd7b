import { AccountResolver } from './accounts/account.resolver.js';
import { ApiKeyResolver } from './accounts/api-key.resolver.js';
import { MeResolver } from './accounts/me.resolver.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { AuditLogResolver } from './audit-log/audit-log.resolver.js';
import { CreditPackageResolver } from './catalog/credit-package.resolver.js';
import { BalanceResolver } from './credits/balance.resolver.js';
import { HoldResolver } from './credits/hold.resolver.js';
import { SpendingResolver } from './credits/spending.resolver.js';
import { ErasureResolver } from './erasure/erasure.resolver.js';
import { HistoryResolver } from './history/history.resolver.js';
import { LedgerEntryResolver } from './history/ledger-entry.resolver.js';
import { DisputeResolver } from './payments/dispute.resolver.js';
import { FraudWarningResolver } from './payments/fraud-warning.resolver.js';
import { PaymentResolver } from './payments/payment.resolver.js';
import { RefundResolver } from './payments/refund.resolver.js';
import { RefundQuoteResolver } from './payments/refund-quote.resolver.js';
import { RateResolver } from './rates/rate.resolver.js';
import { RateCardResolver } from './rates/rate-card.resolver.js';
import { ReconciliationResolver } from './reconciliation/reconciliation.resolver.js';

import { UsageResolver } from './usage/usage.resolver.js';
import { UsageSeriesResolver } from './usage/usage-series.resolver.js';
import { WebhookEventResolver } from './webhooks/webhook-event.resolver.js';

/** Everything the GraphQL schema is made from. */
export const resolvers = [
  CreditPackageResolver,
  BalanceResolver,
  SpendingResolver,
  HoldResolver,
  HistoryResolver,
  LedgerEntryResolver,
  PaymentResolver,
  RefundResolver,
  DisputeResolver,
  FraudWarningResolver,
  RefundQuoteResolver,
  MeResolver,
  AccountResolver,
  ApiKeyResolver,
  RateCardResolver,
  RateResolver,
  AuditResolver,
  ReconciliationResolver,
  AuditLogResolver,
  ErasureResolver,
  WebhookEventResolver,
  UsageResolver,
  UsageSeriesResolver,
] as const;
