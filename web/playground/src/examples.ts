import type { Role } from './keys/api-keys.js';

/** An operation that opens in a tab of its own. Tabs are known by the name of their operation. */
export interface Example {
  readonly operationName: string;
  /** Whose key the operation needs. */
  readonly role: Role;
  readonly query: string;
  /** JSON, as in the variables editor. An empty paymentIntentId is filled in with the last payment created. */
  readonly variables: string;
}

export const buyCredits = 'BuyCredits';
export const confirmPayment = 'ConfirmPayment';

export const examples: readonly Example[] = [
  {
    operationName: 'PackagesAndBalance',
    role: 'customer',
    query: `# What is on sale, and what the customer has.
# Run it with the button on the right or Ctrl-Enter.
query PackagesAndBalance {
  creditPackages {
    name
    credits
    price {
      formatted
    }
    pricePerCredit
    discountPercent
  }
  balance {
    available
    held
    owed
    lots {
      source
      granted
      remaining
      expiresAt
    }
  }
}
`,
    variables: '',
  },
  {
    operationName: buyCredits,
    role: 'customer',
    query: `# Buying credits, 1 of 3: create a payment.
# Nothing is charged yet.
mutation BuyCredits($creditAmount: Int!) {
  createPaymentIntent(
    input: { creditAmount: $creditAmount }
  ) {
    paymentIntentId
    clientSecret
    publishableKey
    payment {
      status
      credits
      price {
        formatted
      }
    }
  }
}

# 2 of 3: pay it with a test card, above. In an
# application Stripe.js does this, given clientSecret
# and publishableKey. From a terminal, with the
# Stripe sandbox on its usual port:
#
#   curl -u sk_test_sandbox: \\
#    localhost:12111/v1/payment_intents/$ID/confirm \\
#    -d payment_method=pm_card_visa \\
#    -d return_url=http://localhost
#
# 3 of 3: run ConfirmPayment, the next tab.
`,
    variables: '{\n  "creditAmount": 500\n}\n',
  },
  {
    operationName: confirmPayment,
    role: 'customer',
    query: `# Buying credits, 3 of 3: ask Stripe whether it was
# paid and, if so, add the credits. Stripe's webhook
# does the same. They are added once: creditsAdded is
# 0 if they were there already.
mutation ConfirmPayment($paymentIntentId: ID!) {
  confirmPayment(
    input: { paymentIntentId: $paymentIntentId }
  ) {
    creditsAdded
    payment {
      stripePaymentIntentId
      status
      credits
      price {
        formatted
      }
      succeededAt
    }
    balance {
      available
    }
  }
}
`,
    variables: '{\n  "paymentIntentId": ""\n}\n',
  },
  {
    operationName: 'History',
    role: 'customer',
    query: `# What happened on the account, newest first.
# For the next page, pass endCursor as $after.
query History($first: Int!, $after: String) {
  billingHistory(first: $first, after: $after) {
    nodes {
      createdAt
      type
      description
      credits
      money {
        formatted
      }
      stripePaymentIntentId
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: '{\n  "first": 10\n}\n',
  },
  {
    operationName: 'Refund',
    role: 'admin',
    query: `# Needs an admin key. amount is in minor units: 900
# is $9.00. Without it, all that is left of the
# payment is refunded.
mutation Refund(
  $paymentIntentId: ID!
  $amount: SafeInt
  $reason: RefundReason
) {
  refund(
    input: {
      paymentIntentId: $paymentIntentId
      amount: $amount
      reason: $reason
    }
  ) {
    refund {
      status
      amount {
        formatted
      }
      credits
    }
    payment {
      status
      refunded {
        formatted
      }
    }
    balance {
      available
    }
  }
}
`,
    variables: '{\n  "paymentIntentId": "",\n  "amount": 900,\n  "reason": "REQUESTED_BY_CUSTOMER"\n}\n',
  },
  {
    operationName: 'SpendCredits',
    role: 'service',
    query: `# What the gateway does after an LLM call: it names
# the account, and needs a service key. Run it twice:
# the same idempotencyKey debits once.
mutation SpendCredits(
  $accountId: ID!
  $credits: Credits!
  $idempotencyKey: String!
) {
  debitCredits(
    input: {
      accountId: $accountId
      credits: $credits
      description: "1 200 tokens"
      idempotencyKey: $idempotencyKey
    }
  ) {
    debited
    replayed
    balance {
      available
    }
  }
}
`,
    variables: '{\n  "accountId": "demo",\n  "credits": "0.75",\n  "idempotencyKey": "playground-1"\n}\n',
  },
];

/** The example whose operation a tab holds, going by its title. */
export function exampleTitled(title: string): Example | undefined {
  return examples.find((example) => example.operationName === title);
}
