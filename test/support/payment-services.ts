import { Registry } from 'prom-client';
import { AuditLog } from '../../src/audit-log/audit-log.service.js';
import { BooksStore } from '../../src/credits/books.store.js';
import { CreditsService } from '../../src/credits/credits.service.js';
import { LedgerStore } from '../../src/ledger/ledger.store.js';
import { DisputeService } from '../../src/payments/dispute.service.js';
import { RefundService } from '../../src/payments/refund.service.js';
import { SettlementService } from '../../src/payments/settlement.service.js';
import { createLog } from '../../src/platform/log.js';
import { StripeCalls } from '../../src/stripe/stripe-calls.js';
import { createStripeClient } from '../../src/stripe/stripe-client.js';
import { StripeGateway } from '../../src/stripe/stripe-gateway.js';
import { createStripeMetrics } from '../../src/stripe/stripe-metrics.js';
import type { TestService } from './service.js';

/** The services that book payments, beside those of a running service, for reports that its sandbox would not make. */
export function paymentServicesOf({ clock, config }: Pick<TestService, 'clock' | 'config'>) {
  const log = createLog('silent');
  const ledger = new LedgerStore();
  const credits = new CreditsService(new BooksStore(ledger), ledger, clock);
  const auditLog = new AuditLog(clock);
  const disputes = new DisputeService(credits, clock, log, auditLog);
  const calls = new StripeCalls({ clock, log, metrics: createStripeMetrics(new Registry()) });
  return {
    disputes,
    settlement: new SettlementService(credits, clock, log, auditLog),
    refunds: new RefundService(credits, disputes, clock, log, auditLog),
    gateway: new StripeGateway(createStripeClient(config.stripe, log), '', calls),
  };
}
