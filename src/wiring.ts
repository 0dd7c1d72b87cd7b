import type { MikroORM } from '@mikro-orm/postgresql';
import type { Task, TaskList } from 'graphile-worker';
import { AccountResolver } from './accounts/account.resolver.js';
import { AccountService } from './accounts/account.service.js';
import { AccountPresenter } from './accounts/account-presenter.js';
import { ApiKeyResolver } from './accounts/api-key.resolver.js';
import { ApiKeyService } from './accounts/api-key.service.js';
import { ApiKeyStore } from './accounts/api-key.store.js';
import { Authenticator } from './accounts/authenticator.js';
import { seedDemo } from './accounts/demo.js';
import { MeResolver } from './accounts/me.resolver.js';
import type { AppDeps } from './app.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { AuditStore } from './audit/audit.store.js';
import { Auditor } from './audit/auditor.js';
import { AuditLogResolver } from './audit-log/audit-log.resolver.js';
import { AuditLog } from './audit-log/audit-log.service.js';
import { CatalogService } from './catalog/catalog.service.js';
import { CreditPackageResolver } from './catalog/credit-package.resolver.js';
import type { Config } from './config.js';
import { BalanceResolver } from './credits/balance.resolver.js';
import { BalanceReader } from './credits/balance-reader.js';
import { BooksStore } from './credits/books.store.js';
import { CreditsService } from './credits/credits.service.js';
import { bookDueTask, DueBooker } from './credits/due.job.js';
import { GroupCommit } from './credits/group-commit.js';
import { HoldResolver } from './credits/hold.resolver.js';
import { SpendingResolver } from './credits/spending.resolver.js';
import { SpendingService } from './credits/spending.service.js';
import { ErasureResolver } from './erasure/erasure.resolver.js';
import { ErasureService } from './erasure/erasure.service.js';
import { HistoryResolver } from './history/history.resolver.js';
import { HistoryStore } from './history/history.store.js';
import { LedgerEntryResolver } from './history/ledger-entry.resolver.js';
import { LedgerEntryStore } from './history/ledger-entry.store.js';
import { LedgerStore } from './ledger/ledger.store.js';
import { ConfirmPayment } from './payments/confirm-payment.js';
import { CreatePaymentIntent } from './payments/create-payment-intent.js';
import { CustomerService } from './payments/customer.service.js';
import { DisputeResolver } from './payments/dispute.resolver.js';
import { DisputeService } from './payments/dispute.service.js';
import { DisputeStore } from './payments/dispute.store.js';
import { FraudWarningResolver } from './payments/fraud-warning.resolver.js';
import { FraudWarningService } from './payments/fraud-warning.service.js';
import { FraudWarningStore } from './payments/fraud-warning.store.js';
import { PaymentResolver } from './payments/payment.resolver.js';
import { PaymentPersonalData } from './payments/personal-data.js';
import { QuoteRefund } from './payments/quote-refund.js';
import { RefundResolver } from './payments/refund.resolver.js';
import { RefundService } from './payments/refund.service.js';
import { RefundPayment, submitRefundTask } from './payments/refund-payment.js';
import { RefundQuoteResolver } from './payments/refund-quote.resolver.js';
import { SettlementService } from './payments/settlement.service.js';
import { StripeSync } from './payments/stripe-sync.js';
import { submitRefundJob } from './payments/submit-refund.job.js';
import type { Clock } from './platform/clock.js';
import { databaseFailings } from './platform/database/readiness.js';
import { poolOf, sqlOfOrm } from './platform/database/sql.js';
import type { Log } from './platform/log.js';
import { createMetrics } from './platform/metrics.js';
import { purgeRateLimitsJob, purgeRateLimitsTask } from './platform/rate-limits/rate-limits.job.js';
import { RateLimits } from './platform/rate-limits/rate-limits.js';
import { RateWindowStore } from './platform/rate-limits/rate-window.store.js';
import { UnitOfWork } from './platform/unit-of-work.js';
import { RateResolver } from './rates/rate.resolver.js';
import { RateService } from './rates/rate.service.js';
import { RateStore } from './rates/rate.store.js';
import { RateCardResolver } from './rates/rate-card.resolver.js';
import { DayByDay } from './reconciliation/day-by-day.js';
import { EventCatchUp } from './reconciliation/event-catch-up.js';
import { OpenObjects } from './reconciliation/open-objects.js';
import { reconcileJob, reconcileSchedule } from './reconciliation/reconcile.job.js';
import { Reconciler } from './reconciliation/reconciler.js';
import { ReconciliationResolver } from './reconciliation/reconciliation.resolver.js';
import { ReconciliationStore } from './reconciliation/reconciliation.store.js';
import { createReconciliationMetrics } from './reconciliation/reconciliation-metrics.js';
import { deleteOldReportsTask, ReportRetention } from './reconciliation/report-retention.job.js';
import { Reports } from './reconciliation/reports.js';
import { RequestReconciliation, reconcileTask } from './reconciliation/request-reconciliation.js';
import { Resync } from './reconciliation/resync.js';
import { resolvers } from './resolvers.js';
import { StripeCalls } from './stripe/stripe-calls.js';
import { createStripeClient } from './stripe/stripe-client.js';
import { StripeGateway } from './stripe/stripe-gateway.js';
import { createStripeMetrics } from './stripe/stripe-metrics.js';
import { StripeReconciliation } from './stripe/stripe-reconciliation.js';
import { WebhookVerifier } from './stripe/webhook-verifier.js';
import { RecordUsage } from './usage/record-usage.js';
import { sumUsageTask, UsageSummer } from './usage/sum-usage.job.js';
import { UsageResolver } from './usage/usage.resolver.js';
import { UsageSeriesResolver } from './usage/usage-series.resolver.js';
import { UsageSeriesStore } from './usage/usage-series.store.js';
import { UsageSumsStore } from './usage/usage-sums.store.js';
import { handledEventTypes } from './webhooks/event-handling.js';
import { InboxService } from './webhooks/inbox.service.js';
import { InboxStore } from './webhooks/inbox.store.js';
import { registerInboxMetrics } from './webhooks/inbox-metrics.js';
import { deleteOldEventsTask, InboxRetention } from './webhooks/retention.job.js';
import { processWebhookEventTask } from './webhooks/webhook.job.js';
import { createWebhookRouter } from './webhooks/webhook.route.js';
import { WebhookService } from './webhooks/webhook.service.js';
import { processWebhookEventTaskName, WebhookStore } from './webhooks/webhook.store.js';
import { WebhookEventResolver } from './webhooks/webhook-event.resolver.js';
import { createWebhookMetrics } from './webhooks/webhook-metrics.js';
import { WebhookProcessingService } from './webhooks/webhook-processing.service.js';

export interface WiringDeps {
  readonly config: Config;
  readonly orm: MikroORM;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Wired {
  readonly app: AppDeps;
  readonly taskList: TaskList;
  /** Recurring tasks: https://worker.graphile.org/docs/cron */
  readonly crontab: string;
  /** What the gateway may ask of credits. */
  readonly spending: SpendingService;
  readonly reconciler: Reconciler;
  /** Makes the demo account and its keys, where the configuration accepts them. */
  seed(): Promise<void>;
  /** Waits for work that no request waits for; call it before the database closes. */
  drain(): Promise<void>;
}

/** What customers pay in. */
const saleCurrency = 'USD';

const crontab = [
  `* * * * * ${bookDueTask}`,
  `*/5 * * * * ${sumUsageTask}`,
  `*/10 * * * * ${purgeRateLimitsTask}`,
  `17 4 * * * ${deleteOldEventsTask}`,
  `27 4 * * * ${deleteOldReportsTask}`,
];

/** Tests reconcile when they want to, and not because it is a certain minute on the wall. */
const crontabOf = ({ environment }: Config): string =>
  (environment === 'test' ? crontab : [...crontab, reconcileSchedule]).join('\n');

/** The only place that constructs services: what each of them depends on can be read here. */
export function wire({ config, orm, clock, log }: WiringDeps): Wired {
  const uow = new UnitOfWork(orm, log);
  const sql = sqlOfOrm(orm);
  const metrics = createMetrics({ processMetrics: config.environment !== 'test' });

  const auditLog = new AuditLog(clock);
  const ledger = new LedgerStore();
  const books = new BooksStore(ledger);
  const credits = new CreditsService(books, ledger, clock);
  const balances = new BalanceReader(sql, uow, books, ledger, clock);
  const commits = new GroupCommit(async () => (await poolOf(orm)).options, books, clock, log);
  const spending = new SpendingService(commits, clock);
  const dueBooker = new DueBooker(sql, books, commits, clock, log);
  const history = new HistoryStore(sql);
  const catalog = new CatalogService(saleCurrency);
  const rates = new RateService(new RateStore(), clock, auditLog);

  const accounts = new AccountService(clock, auditLog, (em, accountId) => credits.openBalance(em, accountId));
  const apiKeys = new ApiKeyService(clock, accounts, auditLog);
  const presenter = new AccountPresenter(uow, apiKeys);
  const authenticator = new Authenticator({
    store: new ApiKeyStore(orm),
    clock,
    log,
    demoKeysAllowed: config.demoKeys,
  });

  const stripe = createStripeClient(config.stripe, log);
  const stripeCalls = new StripeCalls({ clock, log, metrics: createStripeMetrics(metrics) });
  const gateway = new StripeGateway(stripe, config.stripe.publishableKey, stripeCalls);
  const settlement = new SettlementService(credits, clock, log, auditLog);
  const disputes = new DisputeService(credits, clock, log, auditLog);
  const refunds = new RefundService(credits, disputes, clock, log, auditLog);
  const fraudWarnings = new FraudWarningService(clock, log);
  const sync = new StripeSync(uow, gateway, settlement, refunds, disputes, fraudWarnings);
  const customers = new CustomerService(uow, gateway, clock);
  const createIntent = new CreatePaymentIntent(uow, catalog, customers, gateway, clock, log, auditLog);
  const confirm = new ConfirmPayment(uow, gateway, settlement);
  const refundPayment = new RefundPayment(uow, refunds, sync, gateway, clock, auditLog);

  const erasure = new ErasureService(accounts, apiKeys, new PaymentPersonalData(clock), auditLog);

  const webhookStore = new WebhookStore(orm);
  const webhookMetrics = createWebhookMetrics(metrics);
  const webhooks = new WebhookService(webhookStore, clock);
  const webhookProcessing = new WebhookProcessingService(webhookStore, sync, webhookMetrics, clock, log);
  const inboxStore = new InboxStore(sql);
  const inbox = new InboxService(uow, inboxStore, clock, log, auditLog);
  const inboxRetention = new InboxRetention(inboxStore, config.webhookRetentionDays, clock, log);
  const usageSummer = new UsageSummer(uow, new UsageSumsStore(), clock, log);
  registerInboxMetrics(metrics, inboxStore, clock, log);
  const { webhookSecrets, livemode } = config.stripe;
  const verifier = new WebhookVerifier(webhookSecrets, livemode, clock);

  const rateWindows = new RateWindowStore(sql);
  const limits = new RateLimits({ budgets: config.rateLimits, leases: rateWindows, clock, log, metrics });

  const reports = new Reports(uow, clock);
  const reportRetention = new ReportRetention(reports, config.reconciliationRetentionDays, clock, log);
  const reconciliation = new StripeReconciliation(stripe, stripeCalls);
  const reconciliationStore = new ReconciliationStore(sql);
  const resync = new Resync(sync, log);
  const reconciler = new Reconciler(
    {
      events: new EventCatchUp(reconciliation, webhooks, reports, handledEventTypes, clock),
      open: new OpenObjects(reconciliationStore, resync, clock),
      days: new DayByDay(reconciliation, reconciliationStore, reports, resync, clock),
    },
    reports,
    sql,
    async () => (await poolOf(orm)).options,
    createReconciliationMetrics(metrics, reports, clock),
    log,
  );

  const instances = new Map<unknown, object>([
    [CreditPackageResolver, new CreditPackageResolver(uow, catalog)],
    [BalanceResolver, new BalanceResolver(balances)],
    [SpendingResolver, new SpendingResolver(spending)],
    [HoldResolver, new HoldResolver(spending)],
    [UsageResolver, new UsageResolver(new RecordUsage(sql, rates, spending, clock, log))],
    [UsageSeriesResolver, new UsageSeriesResolver(new UsageSeriesStore(uow), balances)],
    [HistoryResolver, new HistoryResolver(history, balances)],
    [LedgerEntryResolver, new LedgerEntryResolver(new LedgerEntryStore(sql), balances)],
    [PaymentResolver, new PaymentResolver(uow, createIntent, confirm, balances)],
    [DisputeResolver, new DisputeResolver(uow, new DisputeStore())],
    [FraudWarningResolver, new FraudWarningResolver(uow, new FraudWarningStore())],
    [RefundResolver, new RefundResolver(refundPayment, balances)],
    [RefundQuoteResolver, new RefundQuoteResolver(new QuoteRefund(uow, refunds))],
    [MeResolver, new MeResolver(uow, accounts, apiKeys, presenter)],
    [AccountResolver, new AccountResolver(uow, accounts, presenter)],
    [ApiKeyResolver, new ApiKeyResolver(uow, apiKeys)],
    [RateCardResolver, new RateCardResolver(uow, rates, clock)],
    [RateResolver, new RateResolver(uow, rates)],
    [
      ReconciliationResolver,
      new ReconciliationResolver(reports, new RequestReconciliation(uow, reconciler, reports)),
    ],
    [AuditLogResolver, new AuditLogResolver(uow, auditLog)],
    [ErasureResolver, new ErasureResolver(uow, erasure, presenter)],
    [WebhookEventResolver, new WebhookEventResolver(inbox)],
    [AuditResolver, new AuditResolver(uow, accounts, new Auditor(uow, new AuditStore()))],
  ]);

  const bookDue: Task = () => dueBooker.run();
  return {
    spending,
    reconciler,
    app: {
      config,
      clock,
      log,
      resolvers,
      container: { get: (resolver) => instances.get(resolver) },
      authenticate: (token) => authenticator.authenticate(token),
      limits,
      webhook: createWebhookRouter({ verifier, webhooks, metrics: webhookMetrics, log }),
      metrics,
      readiness: async () => {
        const failing = await databaseFailings(orm);
        return { ok: failing.length === 0, failing };
      },
    },
    taskList: {
      [bookDueTask]: bookDue,
      [purgeRateLimitsTask]: purgeRateLimitsJob(rateWindows, clock),
      [submitRefundTask]: submitRefundJob(refundPayment),
      [sumUsageTask]: () => usageSummer.run(),
      [reconcileTask]: reconcileJob(reconciler),
      [deleteOldEventsTask]: () => inboxRetention.run(),
      [deleteOldReportsTask]: () => reportRetention.run(),
      [processWebhookEventTaskName]: processWebhookEventTask(webhookProcessing),
    },
    crontab: crontabOf(config),
    seed: async () => {
      if (config.demoKeys) await uow.run((em) => seedDemo(em, accounts, clock));
    },
    drain: async () => {
      await Promise.all([authenticator.drain(), commits.close()]);
    },
  };
}
