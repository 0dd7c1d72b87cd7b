import { graphql } from './generated/index.js';

export const creditPackagesQuery = graphql(`
  query CreditPackages {
    creditPackages {
      id
      name
      credits
      price { amount currency formatted }
      pricePerCredit
      discountPercent
    }
  }
`);

export const balanceQuery = graphql(`
  query Balance($accountId: ID) {
    balance(accountId: $accountId) {
      available
      held
      owed
      updatedAt
      lots { id source granted remaining priority expiresAt createdAt }
    }
  }
`);

export const historyQuery = graphql(`
  query BillingHistory($first: Int, $after: String, $types: [BillingEntryType!], $accountId: ID) {
    billingHistory(first: $first, after: $after, types: $types, accountId: $accountId) {
      edges { cursor node { id } }
      nodes {
        id
        type
        description
        credits
        money { amount currency formatted }
        stripePaymentIntentId
        stripeRefundId
        createdAt
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const ledgerEntriesQuery = graphql(`
  query LedgerEntries($first: Int, $after: String, $accountId: ID) {
    ledgerEntries(first: $first, after: $after, accountId: $accountId) {
      edges { cursor node { id } }
      nodes {
        id
        seq
        type
        description
        credits
        availableAfter
        heldAfter
        owedAfter
        holdId
        stripePaymentIntentId
        stripeRefundId
        metadata
        occurredAt
        createdAt
        hash
        transfers { debitAccount creditAccount amount lotId }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const paymentQuery = graphql(`
  query Payment($paymentIntentId: ID!) {
    payment(paymentIntentId: $paymentIntentId) {
      id
      status
      credits
      price { amount currency formatted }
      refunded { amount }
      stripePaymentIntentId
      failureCode
      failureMessage
      refunds { id status amount { amount } credits reason stripeRefundId }
      disputed { amount }
      disputes { id status withdrawn { amount } credits }
      createdAt
      succeededAt
    }
  }
`);

export const disputesQuery = graphql(`
  query Disputes($first: Int, $after: String, $openOnly: Boolean, $statuses: [DisputeStatus!], $accountId: ID) {
    disputes(first: $first, after: $after, openOnly: $openOnly, statuses: $statuses, accountId: $accountId) {
      edges { cursor node { id } }
      nodes {
        id
        status
        reason
        amount { amount currency }
        withdrawn { amount }
        credits
        evidenceDueBy
        accountId
        stripePaymentIntentId
        stripeDisputeId
        createdAt
        closedAt
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const fraudWarningsQuery = graphql(`
  query FraudWarnings($first: Int, $after: String, $actionable: Boolean, $accountId: ID) {
    fraudWarnings(first: $first, after: $after, actionable: $actionable, accountId: $accountId) {
      edges { cursor node { id } }
      nodes {
        id
        fraudType
        actionable
        accountId
        stripePaymentIntentId
        stripeWarningId
        createdAt
        heardAt
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const paymentFraudWarningsQuery = graphql(`
  query PaymentFraudWarnings($paymentIntentId: ID!) {
    payment(paymentIntentId: $paymentIntentId) { fraudWarnings { stripeWarningId actionable } }
  }
`);

export const createPaymentIntentMutation = graphql(`
  mutation CreatePaymentIntent($input: CreatePaymentIntentInput!) {
    createPaymentIntent(input: $input) {
      paymentIntentId
      clientSecret
      publishableKey
      payment { id status credits price { amount currency } }
    }
  }
`);

export const confirmPaymentMutation = graphql(`
  mutation ConfirmPayment($input: ConfirmPaymentInput!) {
    confirmPayment(input: $input) {
      payment { id status credits succeededAt }
      creditsAdded
      balance { available held owed }
    }
  }
`);

export const refundMutation = graphql(`
  mutation Refund($input: RefundInput!) {
    refund(input: $input) {
      refund { id status amount { amount currency } credits reason stripeRefundId }
      payment { id status refunded { amount } }
      balance { available owed }
    }
  }
`);

export const refundQuoteQuery = graphql(`
  query RefundQuote($paymentId: ID!, $amount: SafeInt) {
    refundQuote(paymentId: $paymentId, amount: $amount) {
      payment { id status }
      refundable { amount currency formatted }
      refundableByUnspentCredits { amount }
      pricePerCredit
      unspent
      held
      spent
      refundedCredits
      refund { amount { amount currency } credits fromPayment fromOtherCredits asDebt spentCredits }
    }
  }
`);

export const debitCreditsMutation = graphql(`
  mutation DebitCredits($input: DebitCreditsInput!) {
    debitCredits(input: $input) {
      debited
      replayed
      balance { available held owed }
    }
  }
`);

export const grantCreditsMutation = graphql(`
  mutation GrantCredits($input: GrantCreditsInput!) {
    grantCredits(input: $input) {
      lot { id source granted remaining priority expiresAt }
      balance { available owed }
    }
  }
`);

export const createAccountMutation = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) { account { id name email } }
  }
`);

export const createApiKeyMutation = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) { token apiKey { id prefix role } }
  }
`);
