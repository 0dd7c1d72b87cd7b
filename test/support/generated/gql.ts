/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query AuditLog($first: Int! = 100, $after: String, $filter: AuditLogFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        action\n        actor { kind keyId role }\n        accountId\n        targetType\n        targetId\n        note\n        requestId\n        idempotencyKeyHash\n        before\n        after\n        erased\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.AuditLogDocument,
    "\n  mutation EraseAccountData($accountId: ID!) {\n    eraseAccountData(input: { accountId: $accountId }) {\n      account { id name email erasedAt }\n      revokedKeys\n      erasedAuditEntries\n      stripeCustomerId\n    }\n  }\n": typeof types.EraseAccountDataDocument,
    "\n  query AuditOfAccount($accountId: ID!) {\n    audit(accountId: $accountId) { nodes { sound operations findings { kind } } }\n  }\n": typeof types.AuditOfAccountDocument,
    "\n  mutation HoldCredits($input: HoldCreditsInput!) {\n    holdCredits(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": typeof types.HoldCreditsDocument,
    "\n  mutation ExtendHold($input: ExtendHoldInput!) {\n    extendHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": typeof types.ExtendHoldDocument,
    "\n  mutation CaptureHold($input: CaptureHoldInput!) {\n    captureHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": typeof types.CaptureHoldDocument,
    "\n  mutation ReleaseHold($input: ReleaseHoldInput!) {\n    releaseHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": typeof types.ReleaseHoldDocument,
    "\n  query BalanceAsOf($accountId: ID!, $asOf: DateTimeISO) {\n    balance(accountId: $accountId, asOf: $asOf) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining held priority unitPrice effectiveAt expiresAt createdAt }\n    }\n  }\n": typeof types.BalanceAsOfDocument,
    "\n  query CreditPackages {\n    creditPackages {\n      id\n      name\n      credits\n      price { amount currency formatted }\n      pricePerCredit\n      discountPercent\n    }\n  }\n": typeof types.CreditPackagesDocument,
    "\n  query Balance($accountId: ID) {\n    balance(accountId: $accountId) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining priority expiresAt createdAt }\n    }\n  }\n": typeof types.BalanceDocument,
    "\n  query BillingHistory($first: Int, $after: String, $types: [BillingEntryType!], $accountId: ID) {\n    billingHistory(first: $first, after: $after, types: $types, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        description\n        credits\n        money { amount currency formatted }\n        stripePaymentIntentId\n        stripeRefundId\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.BillingHistoryDocument,
    "\n  query LedgerEntries($first: Int, $after: String, $accountId: ID) {\n    ledgerEntries(first: $first, after: $after, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        seq\n        type\n        description\n        credits\n        availableAfter\n        heldAfter\n        owedAfter\n        holdId\n        stripePaymentIntentId\n        stripeRefundId\n        metadata\n        occurredAt\n        createdAt\n        hash\n        transfers { debitAccount creditAccount amount lotId }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.LedgerEntriesDocument,
    "\n  query Payment($paymentIntentId: ID!) {\n    payment(paymentIntentId: $paymentIntentId) {\n      id\n      status\n      credits\n      price { amount currency formatted }\n      refunded { amount }\n      stripePaymentIntentId\n      failureCode\n      failureMessage\n      refunds { id status amount { amount } credits reason stripeRefundId }\n      createdAt\n      succeededAt\n    }\n  }\n": typeof types.PaymentDocument,
    "\n  mutation CreatePaymentIntent($input: CreatePaymentIntentInput!) {\n    createPaymentIntent(input: $input) {\n      paymentIntentId\n      clientSecret\n      publishableKey\n      payment { id status credits price { amount currency } }\n    }\n  }\n": typeof types.CreatePaymentIntentDocument,
    "\n  mutation ConfirmPayment($input: ConfirmPaymentInput!) {\n    confirmPayment(input: $input) {\n      payment { id status credits succeededAt }\n      creditsAdded\n      balance { available held owed }\n    }\n  }\n": typeof types.ConfirmPaymentDocument,
    "\n  mutation Refund($input: RefundInput!) {\n    refund(input: $input) {\n      refund { id status amount { amount currency } credits reason stripeRefundId }\n      payment { id status refunded { amount } }\n      balance { available owed }\n    }\n  }\n": typeof types.RefundDocument,
    "\n  mutation DebitCredits($input: DebitCreditsInput!) {\n    debitCredits(input: $input) {\n      debited\n      replayed\n      balance { available held owed }\n    }\n  }\n": typeof types.DebitCreditsDocument,
    "\n  mutation GrantCredits($input: GrantCreditsInput!) {\n    grantCredits(input: $input) {\n      lot { id source granted remaining priority expiresAt }\n      balance { available owed }\n    }\n  }\n": typeof types.GrantCreditsDocument,
    "\n  mutation CreateAccount($input: CreateAccountInput!) {\n    createAccount(input: $input) { account { id name email } }\n  }\n": typeof types.CreateAccountDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) { token apiKey { id prefix role } }\n  }\n": typeof types.CreateApiKeyDocument,
    "\n  mutation SetRate($input: SetRateInput!) {\n    setRate(input: $input) {\n      rateVersion {\n        id\n        provider\n        model\n        version\n        effectiveFrom\n        rate { id inputPricePer1K outputPricePer1K markupPercent effectiveFrom }\n        note\n        setBy\n        createdAt\n      }\n      replayed\n    }\n  }\n": typeof types.SetRateDocument,
    "\n  mutation RetireRate($input: RetireRateInput!) {\n    retireRate(input: $input) {\n      rateVersion { id version effectiveFrom rate { id } note }\n      replayed\n    }\n  }\n": typeof types.RetireRateDocument,
    "\n  query RateCard($at: DateTimeISO, $first: Int! = 100, $after: String) {\n    rateCard(at: $at, first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        provider\n        model\n        version\n        inputPricePer1K\n        outputPricePer1K\n        markupPercent\n        effectiveFrom\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.RateCardDocument,
    "\n  query RateVersions($provider: String!, $model: String!, $first: Int! = 20, $after: String) {\n    rateVersions(provider: $provider, model: $model, first: $first, after: $after) {\n      nodes { id version effectiveFrom rate { inputPricePer1K } note setBy createdAt }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.RateVersionsDocument,
    "\n  query UsageQuote($input: UsageQuoteInput!) {\n    usageQuote(input: $input) {\n      credits\n      rate { id version inputPricePer1K outputPricePer1K markupPercent }\n    }\n  }\n": typeof types.UsageQuoteDocument,
    "\n  mutation Reconcile {\n    reconcile { queued running { id status } }\n  }\n": typeof types.ReconcileDocument,
    "\n  query Reconciliation($id: ID!) {\n    reconciliation(id: $id) {\n      id\n      status\n      trigger\n      requestedBy\n      startedAt\n      finishedAt\n      failure\n      healed\n      eventsRead\n      eventsStored\n      paymentsReread\n      paymentsHealed\n      refundsReread\n      refundsHealed\n      movementsRead\n      movementsForeign\n      comparedUntil\n      differencesHealed\n      differencesLeft\n      differences { day kind objectId paymentIntentId currency ours theirs }\n      totals { day kind currency count ours theirs }\n    }\n  }\n": typeof types.ReconciliationDocument,
    "\n  query Reconciliations($first: Int, $after: String) {\n    reconciliations(first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes { id status trigger startedAt differencesLeft }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.ReconciliationsDocument,
    "\n  mutation RecordUsage($input: RecordUsageInput!) {\n    recordUsage(input: $input) {\n      refused\n      outcomes {\n        accountId\n        idempotencyKey\n        debited\n        replayed\n        balance { available }\n        refusal { code message details }\n      }\n    }\n  }\n": typeof types.RecordUsageDocument,
    "\n  query Usage($from: DateTimeISO!, $to: DateTimeISO!, $groupBy: [UsageDimension!]! = [DAY], $accountId: ID) {\n    usage(from: $from, to: $to, groupBy: $groupBy, accountId: $accountId) {\n      from\n      to\n      points { start provider model credits calls inputTokens outputTokens }\n      total { credits calls inputTokens outputTokens }\n    }\n  }\n": typeof types.UsageDocument,
    "\n  query WebhookEvents($first: Int, $after: String, $filter: WebhookEventFilter) {\n    webhookEvents(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        status\n        attempts\n        outcome\n        lastError\n        objectId\n        paymentIntentId\n        paymentId\n        payload\n        createdAt\n        receivedAt\n        processedAt\n        lastAttemptAt\n        nextAttemptAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.WebhookEventsDocument,
    "\n  query WebhookEvent($id: ID!) {\n    webhookEvent(id: $id) { id status attempts outcome lastError nextAttemptAt processedAt }\n  }\n": typeof types.WebhookEventDocument,
    "\n  mutation ReplayWebhookEvent($id: ID!) {\n    replayWebhookEvent(input: { id: $id }) { event { id status attempts outcome lastError nextAttemptAt } }\n  }\n": typeof types.ReplayWebhookEventDocument,
};
const documents: Documents = {
    "\n  query AuditLog($first: Int! = 100, $after: String, $filter: AuditLogFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        action\n        actor { kind keyId role }\n        accountId\n        targetType\n        targetId\n        note\n        requestId\n        idempotencyKeyHash\n        before\n        after\n        erased\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.AuditLogDocument,
    "\n  mutation EraseAccountData($accountId: ID!) {\n    eraseAccountData(input: { accountId: $accountId }) {\n      account { id name email erasedAt }\n      revokedKeys\n      erasedAuditEntries\n      stripeCustomerId\n    }\n  }\n": types.EraseAccountDataDocument,
    "\n  query AuditOfAccount($accountId: ID!) {\n    audit(accountId: $accountId) { nodes { sound operations findings { kind } } }\n  }\n": types.AuditOfAccountDocument,
    "\n  mutation HoldCredits($input: HoldCreditsInput!) {\n    holdCredits(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": types.HoldCreditsDocument,
    "\n  mutation ExtendHold($input: ExtendHoldInput!) {\n    extendHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": types.ExtendHoldDocument,
    "\n  mutation CaptureHold($input: CaptureHoldInput!) {\n    captureHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": types.CaptureHoldDocument,
    "\n  mutation ReleaseHold($input: ReleaseHoldInput!) {\n    releaseHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n": types.ReleaseHoldDocument,
    "\n  query BalanceAsOf($accountId: ID!, $asOf: DateTimeISO) {\n    balance(accountId: $accountId, asOf: $asOf) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining held priority unitPrice effectiveAt expiresAt createdAt }\n    }\n  }\n": types.BalanceAsOfDocument,
    "\n  query CreditPackages {\n    creditPackages {\n      id\n      name\n      credits\n      price { amount currency formatted }\n      pricePerCredit\n      discountPercent\n    }\n  }\n": types.CreditPackagesDocument,
    "\n  query Balance($accountId: ID) {\n    balance(accountId: $accountId) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining priority expiresAt createdAt }\n    }\n  }\n": types.BalanceDocument,
    "\n  query BillingHistory($first: Int, $after: String, $types: [BillingEntryType!], $accountId: ID) {\n    billingHistory(first: $first, after: $after, types: $types, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        description\n        credits\n        money { amount currency formatted }\n        stripePaymentIntentId\n        stripeRefundId\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.BillingHistoryDocument,
    "\n  query LedgerEntries($first: Int, $after: String, $accountId: ID) {\n    ledgerEntries(first: $first, after: $after, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        seq\n        type\n        description\n        credits\n        availableAfter\n        heldAfter\n        owedAfter\n        holdId\n        stripePaymentIntentId\n        stripeRefundId\n        metadata\n        occurredAt\n        createdAt\n        hash\n        transfers { debitAccount creditAccount amount lotId }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.LedgerEntriesDocument,
    "\n  query Payment($paymentIntentId: ID!) {\n    payment(paymentIntentId: $paymentIntentId) {\n      id\n      status\n      credits\n      price { amount currency formatted }\n      refunded { amount }\n      stripePaymentIntentId\n      failureCode\n      failureMessage\n      refunds { id status amount { amount } credits reason stripeRefundId }\n      createdAt\n      succeededAt\n    }\n  }\n": types.PaymentDocument,
    "\n  mutation CreatePaymentIntent($input: CreatePaymentIntentInput!) {\n    createPaymentIntent(input: $input) {\n      paymentIntentId\n      clientSecret\n      publishableKey\n      payment { id status credits price { amount currency } }\n    }\n  }\n": types.CreatePaymentIntentDocument,
    "\n  mutation ConfirmPayment($input: ConfirmPaymentInput!) {\n    confirmPayment(input: $input) {\n      payment { id status credits succeededAt }\n      creditsAdded\n      balance { available held owed }\n    }\n  }\n": types.ConfirmPaymentDocument,
    "\n  mutation Refund($input: RefundInput!) {\n    refund(input: $input) {\n      refund { id status amount { amount currency } credits reason stripeRefundId }\n      payment { id status refunded { amount } }\n      balance { available owed }\n    }\n  }\n": types.RefundDocument,
    "\n  mutation DebitCredits($input: DebitCreditsInput!) {\n    debitCredits(input: $input) {\n      debited\n      replayed\n      balance { available held owed }\n    }\n  }\n": types.DebitCreditsDocument,
    "\n  mutation GrantCredits($input: GrantCreditsInput!) {\n    grantCredits(input: $input) {\n      lot { id source granted remaining priority expiresAt }\n      balance { available owed }\n    }\n  }\n": types.GrantCreditsDocument,
    "\n  mutation CreateAccount($input: CreateAccountInput!) {\n    createAccount(input: $input) { account { id name email } }\n  }\n": types.CreateAccountDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) { token apiKey { id prefix role } }\n  }\n": types.CreateApiKeyDocument,
    "\n  mutation SetRate($input: SetRateInput!) {\n    setRate(input: $input) {\n      rateVersion {\n        id\n        provider\n        model\n        version\n        effectiveFrom\n        rate { id inputPricePer1K outputPricePer1K markupPercent effectiveFrom }\n        note\n        setBy\n        createdAt\n      }\n      replayed\n    }\n  }\n": types.SetRateDocument,
    "\n  mutation RetireRate($input: RetireRateInput!) {\n    retireRate(input: $input) {\n      rateVersion { id version effectiveFrom rate { id } note }\n      replayed\n    }\n  }\n": types.RetireRateDocument,
    "\n  query RateCard($at: DateTimeISO, $first: Int! = 100, $after: String) {\n    rateCard(at: $at, first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        provider\n        model\n        version\n        inputPricePer1K\n        outputPricePer1K\n        markupPercent\n        effectiveFrom\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.RateCardDocument,
    "\n  query RateVersions($provider: String!, $model: String!, $first: Int! = 20, $after: String) {\n    rateVersions(provider: $provider, model: $model, first: $first, after: $after) {\n      nodes { id version effectiveFrom rate { inputPricePer1K } note setBy createdAt }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.RateVersionsDocument,
    "\n  query UsageQuote($input: UsageQuoteInput!) {\n    usageQuote(input: $input) {\n      credits\n      rate { id version inputPricePer1K outputPricePer1K markupPercent }\n    }\n  }\n": types.UsageQuoteDocument,
    "\n  mutation Reconcile {\n    reconcile { queued running { id status } }\n  }\n": types.ReconcileDocument,
    "\n  query Reconciliation($id: ID!) {\n    reconciliation(id: $id) {\n      id\n      status\n      trigger\n      requestedBy\n      startedAt\n      finishedAt\n      failure\n      healed\n      eventsRead\n      eventsStored\n      paymentsReread\n      paymentsHealed\n      refundsReread\n      refundsHealed\n      movementsRead\n      movementsForeign\n      comparedUntil\n      differencesHealed\n      differencesLeft\n      differences { day kind objectId paymentIntentId currency ours theirs }\n      totals { day kind currency count ours theirs }\n    }\n  }\n": types.ReconciliationDocument,
    "\n  query Reconciliations($first: Int, $after: String) {\n    reconciliations(first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes { id status trigger startedAt differencesLeft }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.ReconciliationsDocument,
    "\n  mutation RecordUsage($input: RecordUsageInput!) {\n    recordUsage(input: $input) {\n      refused\n      outcomes {\n        accountId\n        idempotencyKey\n        debited\n        replayed\n        balance { available }\n        refusal { code message details }\n      }\n    }\n  }\n": types.RecordUsageDocument,
    "\n  query Usage($from: DateTimeISO!, $to: DateTimeISO!, $groupBy: [UsageDimension!]! = [DAY], $accountId: ID) {\n    usage(from: $from, to: $to, groupBy: $groupBy, accountId: $accountId) {\n      from\n      to\n      points { start provider model credits calls inputTokens outputTokens }\n      total { credits calls inputTokens outputTokens }\n    }\n  }\n": types.UsageDocument,
    "\n  query WebhookEvents($first: Int, $after: String, $filter: WebhookEventFilter) {\n    webhookEvents(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        status\n        attempts\n        outcome\n        lastError\n        objectId\n        paymentIntentId\n        paymentId\n        payload\n        createdAt\n        receivedAt\n        processedAt\n        lastAttemptAt\n        nextAttemptAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.WebhookEventsDocument,
    "\n  query WebhookEvent($id: ID!) {\n    webhookEvent(id: $id) { id status attempts outcome lastError nextAttemptAt processedAt }\n  }\n": types.WebhookEventDocument,
    "\n  mutation ReplayWebhookEvent($id: ID!) {\n    replayWebhookEvent(input: { id: $id }) { event { id status attempts outcome lastError nextAttemptAt } }\n  }\n": types.ReplayWebhookEventDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditLog($first: Int! = 100, $after: String, $filter: AuditLogFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        action\n        actor { kind keyId role }\n        accountId\n        targetType\n        targetId\n        note\n        requestId\n        idempotencyKeyHash\n        before\n        after\n        erased\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query AuditLog($first: Int! = 100, $after: String, $filter: AuditLogFilter) {\n    auditLog(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        action\n        actor { kind keyId role }\n        accountId\n        targetType\n        targetId\n        note\n        requestId\n        idempotencyKeyHash\n        before\n        after\n        erased\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EraseAccountData($accountId: ID!) {\n    eraseAccountData(input: { accountId: $accountId }) {\n      account { id name email erasedAt }\n      revokedKeys\n      erasedAuditEntries\n      stripeCustomerId\n    }\n  }\n"): (typeof documents)["\n  mutation EraseAccountData($accountId: ID!) {\n    eraseAccountData(input: { accountId: $accountId }) {\n      account { id name email erasedAt }\n      revokedKeys\n      erasedAuditEntries\n      stripeCustomerId\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditOfAccount($accountId: ID!) {\n    audit(accountId: $accountId) { nodes { sound operations findings { kind } } }\n  }\n"): (typeof documents)["\n  query AuditOfAccount($accountId: ID!) {\n    audit(accountId: $accountId) { nodes { sound operations findings { kind } } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation HoldCredits($input: HoldCreditsInput!) {\n    holdCredits(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation HoldCredits($input: HoldCreditsInput!) {\n    holdCredits(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ExtendHold($input: ExtendHoldInput!) {\n    extendHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation ExtendHold($input: ExtendHoldInput!) {\n    extendHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CaptureHold($input: CaptureHoldInput!) {\n    captureHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation CaptureHold($input: CaptureHoldInput!) {\n    captureHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReleaseHold($input: ReleaseHoldInput!) {\n    releaseHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation ReleaseHold($input: ReleaseHoldInput!) {\n    releaseHold(input: $input) {\n      hold { id status credits captured expiresAt }\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BalanceAsOf($accountId: ID!, $asOf: DateTimeISO) {\n    balance(accountId: $accountId, asOf: $asOf) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining held priority unitPrice effectiveAt expiresAt createdAt }\n    }\n  }\n"): (typeof documents)["\n  query BalanceAsOf($accountId: ID!, $asOf: DateTimeISO) {\n    balance(accountId: $accountId, asOf: $asOf) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining held priority unitPrice effectiveAt expiresAt createdAt }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CreditPackages {\n    creditPackages {\n      id\n      name\n      credits\n      price { amount currency formatted }\n      pricePerCredit\n      discountPercent\n    }\n  }\n"): (typeof documents)["\n  query CreditPackages {\n    creditPackages {\n      id\n      name\n      credits\n      price { amount currency formatted }\n      pricePerCredit\n      discountPercent\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Balance($accountId: ID) {\n    balance(accountId: $accountId) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining priority expiresAt createdAt }\n    }\n  }\n"): (typeof documents)["\n  query Balance($accountId: ID) {\n    balance(accountId: $accountId) {\n      available\n      held\n      owed\n      updatedAt\n      lots { id source granted remaining priority expiresAt createdAt }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BillingHistory($first: Int, $after: String, $types: [BillingEntryType!], $accountId: ID) {\n    billingHistory(first: $first, after: $after, types: $types, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        description\n        credits\n        money { amount currency formatted }\n        stripePaymentIntentId\n        stripeRefundId\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query BillingHistory($first: Int, $after: String, $types: [BillingEntryType!], $accountId: ID) {\n    billingHistory(first: $first, after: $after, types: $types, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        description\n        credits\n        money { amount currency formatted }\n        stripePaymentIntentId\n        stripeRefundId\n        createdAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LedgerEntries($first: Int, $after: String, $accountId: ID) {\n    ledgerEntries(first: $first, after: $after, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        seq\n        type\n        description\n        credits\n        availableAfter\n        heldAfter\n        owedAfter\n        holdId\n        stripePaymentIntentId\n        stripeRefundId\n        metadata\n        occurredAt\n        createdAt\n        hash\n        transfers { debitAccount creditAccount amount lotId }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query LedgerEntries($first: Int, $after: String, $accountId: ID) {\n    ledgerEntries(first: $first, after: $after, accountId: $accountId) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        seq\n        type\n        description\n        credits\n        availableAfter\n        heldAfter\n        owedAfter\n        holdId\n        stripePaymentIntentId\n        stripeRefundId\n        metadata\n        occurredAt\n        createdAt\n        hash\n        transfers { debitAccount creditAccount amount lotId }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Payment($paymentIntentId: ID!) {\n    payment(paymentIntentId: $paymentIntentId) {\n      id\n      status\n      credits\n      price { amount currency formatted }\n      refunded { amount }\n      stripePaymentIntentId\n      failureCode\n      failureMessage\n      refunds { id status amount { amount } credits reason stripeRefundId }\n      createdAt\n      succeededAt\n    }\n  }\n"): (typeof documents)["\n  query Payment($paymentIntentId: ID!) {\n    payment(paymentIntentId: $paymentIntentId) {\n      id\n      status\n      credits\n      price { amount currency formatted }\n      refunded { amount }\n      stripePaymentIntentId\n      failureCode\n      failureMessage\n      refunds { id status amount { amount } credits reason stripeRefundId }\n      createdAt\n      succeededAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreatePaymentIntent($input: CreatePaymentIntentInput!) {\n    createPaymentIntent(input: $input) {\n      paymentIntentId\n      clientSecret\n      publishableKey\n      payment { id status credits price { amount currency } }\n    }\n  }\n"): (typeof documents)["\n  mutation CreatePaymentIntent($input: CreatePaymentIntentInput!) {\n    createPaymentIntent(input: $input) {\n      paymentIntentId\n      clientSecret\n      publishableKey\n      payment { id status credits price { amount currency } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmPayment($input: ConfirmPaymentInput!) {\n    confirmPayment(input: $input) {\n      payment { id status credits succeededAt }\n      creditsAdded\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation ConfirmPayment($input: ConfirmPaymentInput!) {\n    confirmPayment(input: $input) {\n      payment { id status credits succeededAt }\n      creditsAdded\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Refund($input: RefundInput!) {\n    refund(input: $input) {\n      refund { id status amount { amount currency } credits reason stripeRefundId }\n      payment { id status refunded { amount } }\n      balance { available owed }\n    }\n  }\n"): (typeof documents)["\n  mutation Refund($input: RefundInput!) {\n    refund(input: $input) {\n      refund { id status amount { amount currency } credits reason stripeRefundId }\n      payment { id status refunded { amount } }\n      balance { available owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DebitCredits($input: DebitCreditsInput!) {\n    debitCredits(input: $input) {\n      debited\n      replayed\n      balance { available held owed }\n    }\n  }\n"): (typeof documents)["\n  mutation DebitCredits($input: DebitCreditsInput!) {\n    debitCredits(input: $input) {\n      debited\n      replayed\n      balance { available held owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation GrantCredits($input: GrantCreditsInput!) {\n    grantCredits(input: $input) {\n      lot { id source granted remaining priority expiresAt }\n      balance { available owed }\n    }\n  }\n"): (typeof documents)["\n  mutation GrantCredits($input: GrantCreditsInput!) {\n    grantCredits(input: $input) {\n      lot { id source granted remaining priority expiresAt }\n      balance { available owed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateAccount($input: CreateAccountInput!) {\n    createAccount(input: $input) { account { id name email } }\n  }\n"): (typeof documents)["\n  mutation CreateAccount($input: CreateAccountInput!) {\n    createAccount(input: $input) { account { id name email } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) { token apiKey { id prefix role } }\n  }\n"): (typeof documents)["\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) { token apiKey { id prefix role } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetRate($input: SetRateInput!) {\n    setRate(input: $input) {\n      rateVersion {\n        id\n        provider\n        model\n        version\n        effectiveFrom\n        rate { id inputPricePer1K outputPricePer1K markupPercent effectiveFrom }\n        note\n        setBy\n        createdAt\n      }\n      replayed\n    }\n  }\n"): (typeof documents)["\n  mutation SetRate($input: SetRateInput!) {\n    setRate(input: $input) {\n      rateVersion {\n        id\n        provider\n        model\n        version\n        effectiveFrom\n        rate { id inputPricePer1K outputPricePer1K markupPercent effectiveFrom }\n        note\n        setBy\n        createdAt\n      }\n      replayed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireRate($input: RetireRateInput!) {\n    retireRate(input: $input) {\n      rateVersion { id version effectiveFrom rate { id } note }\n      replayed\n    }\n  }\n"): (typeof documents)["\n  mutation RetireRate($input: RetireRateInput!) {\n    retireRate(input: $input) {\n      rateVersion { id version effectiveFrom rate { id } note }\n      replayed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RateCard($at: DateTimeISO, $first: Int! = 100, $after: String) {\n    rateCard(at: $at, first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        provider\n        model\n        version\n        inputPricePer1K\n        outputPricePer1K\n        markupPercent\n        effectiveFrom\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query RateCard($at: DateTimeISO, $first: Int! = 100, $after: String) {\n    rateCard(at: $at, first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        provider\n        model\n        version\n        inputPricePer1K\n        outputPricePer1K\n        markupPercent\n        effectiveFrom\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RateVersions($provider: String!, $model: String!, $first: Int! = 20, $after: String) {\n    rateVersions(provider: $provider, model: $model, first: $first, after: $after) {\n      nodes { id version effectiveFrom rate { inputPricePer1K } note setBy createdAt }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query RateVersions($provider: String!, $model: String!, $first: Int! = 20, $after: String) {\n    rateVersions(provider: $provider, model: $model, first: $first, after: $after) {\n      nodes { id version effectiveFrom rate { inputPricePer1K } note setBy createdAt }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query UsageQuote($input: UsageQuoteInput!) {\n    usageQuote(input: $input) {\n      credits\n      rate { id version inputPricePer1K outputPricePer1K markupPercent }\n    }\n  }\n"): (typeof documents)["\n  query UsageQuote($input: UsageQuoteInput!) {\n    usageQuote(input: $input) {\n      credits\n      rate { id version inputPricePer1K outputPricePer1K markupPercent }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Reconcile {\n    reconcile { queued running { id status } }\n  }\n"): (typeof documents)["\n  mutation Reconcile {\n    reconcile { queued running { id status } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Reconciliation($id: ID!) {\n    reconciliation(id: $id) {\n      id\n      status\n      trigger\n      requestedBy\n      startedAt\n      finishedAt\n      failure\n      healed\n      eventsRead\n      eventsStored\n      paymentsReread\n      paymentsHealed\n      refundsReread\n      refundsHealed\n      movementsRead\n      movementsForeign\n      comparedUntil\n      differencesHealed\n      differencesLeft\n      differences { day kind objectId paymentIntentId currency ours theirs }\n      totals { day kind currency count ours theirs }\n    }\n  }\n"): (typeof documents)["\n  query Reconciliation($id: ID!) {\n    reconciliation(id: $id) {\n      id\n      status\n      trigger\n      requestedBy\n      startedAt\n      finishedAt\n      failure\n      healed\n      eventsRead\n      eventsStored\n      paymentsReread\n      paymentsHealed\n      refundsReread\n      refundsHealed\n      movementsRead\n      movementsForeign\n      comparedUntil\n      differencesHealed\n      differencesLeft\n      differences { day kind objectId paymentIntentId currency ours theirs }\n      totals { day kind currency count ours theirs }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Reconciliations($first: Int, $after: String) {\n    reconciliations(first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes { id status trigger startedAt differencesLeft }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Reconciliations($first: Int, $after: String) {\n    reconciliations(first: $first, after: $after) {\n      edges { cursor node { id } }\n      nodes { id status trigger startedAt differencesLeft }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RecordUsage($input: RecordUsageInput!) {\n    recordUsage(input: $input) {\n      refused\n      outcomes {\n        accountId\n        idempotencyKey\n        debited\n        replayed\n        balance { available }\n        refusal { code message details }\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RecordUsage($input: RecordUsageInput!) {\n    recordUsage(input: $input) {\n      refused\n      outcomes {\n        accountId\n        idempotencyKey\n        debited\n        replayed\n        balance { available }\n        refusal { code message details }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Usage($from: DateTimeISO!, $to: DateTimeISO!, $groupBy: [UsageDimension!]! = [DAY], $accountId: ID) {\n    usage(from: $from, to: $to, groupBy: $groupBy, accountId: $accountId) {\n      from\n      to\n      points { start provider model credits calls inputTokens outputTokens }\n      total { credits calls inputTokens outputTokens }\n    }\n  }\n"): (typeof documents)["\n  query Usage($from: DateTimeISO!, $to: DateTimeISO!, $groupBy: [UsageDimension!]! = [DAY], $accountId: ID) {\n    usage(from: $from, to: $to, groupBy: $groupBy, accountId: $accountId) {\n      from\n      to\n      points { start provider model credits calls inputTokens outputTokens }\n      total { credits calls inputTokens outputTokens }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WebhookEvents($first: Int, $after: String, $filter: WebhookEventFilter) {\n    webhookEvents(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        status\n        attempts\n        outcome\n        lastError\n        objectId\n        paymentIntentId\n        paymentId\n        payload\n        createdAt\n        receivedAt\n        processedAt\n        lastAttemptAt\n        nextAttemptAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query WebhookEvents($first: Int, $after: String, $filter: WebhookEventFilter) {\n    webhookEvents(first: $first, after: $after, filter: $filter) {\n      edges { cursor node { id } }\n      nodes {\n        id\n        type\n        status\n        attempts\n        outcome\n        lastError\n        objectId\n        paymentIntentId\n        paymentId\n        payload\n        createdAt\n        receivedAt\n        processedAt\n        lastAttemptAt\n        nextAttemptAt\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WebhookEvent($id: ID!) {\n    webhookEvent(id: $id) { id status attempts outcome lastError nextAttemptAt processedAt }\n  }\n"): (typeof documents)["\n  query WebhookEvent($id: ID!) {\n    webhookEvent(id: $id) { id status attempts outcome lastError nextAttemptAt processedAt }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplayWebhookEvent($id: ID!) {\n    replayWebhookEvent(input: { id: $id }) { event { id status attempts outcome lastError nextAttemptAt } }\n  }\n"): (typeof documents)["\n  mutation ReplayWebhookEvent($id: ID!) {\n    replayWebhookEvent(input: { id: $id }) { event { id status attempts outcome lastError nextAttemptAt } }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;