/** What an audited action is done to. */
export const auditTargets = [
  'ACCOUNT',
  'API_KEY',
  'CREDIT_LOT',
  'PAYMENT',
  'REFUND',
  'DISPUTE',
  'RATE',
  'WEBHOOK_EVENT',
] as const;
export type AuditTarget = (typeof auditTargets)[number];

/**
 * Everything that the audit log records. Names are stored, so they are only ever added. The database does not list
 * them: a new one needs no migration.
 */
export const auditActions = {
  ACCOUNT_CREATE: { target: 'ACCOUNT', description: 'An account was opened.' },
  ACCOUNT_ERASE: { target: 'ACCOUNT', description: 'The personal data of an account was erased.' },
  API_KEY_CREATE: { target: 'API_KEY', description: 'An API key was created.' },
  API_KEY_REVOKE: { target: 'API_KEY', description: 'An API key was revoked.' },
  CREDITS_GRANT: { target: 'CREDIT_LOT', description: 'Credits were given without a payment.' },
  PAYMENT_CREATE: { target: 'PAYMENT', description: 'A purchase was begun.' },
  PAYMENT_SETTLE: {
    target: 'PAYMENT',
    description: 'A payment came to another status, as Stripe has it; where it succeeded it was credited.',
  },
  REFUND_CREATE: { target: 'REFUND', description: 'A refund was asked for here.' },
  REFUND_ADOPT: { target: 'REFUND', description: 'A refund that was made at Stripe was taken over.' },
  REFUND_SETTLE: { target: 'REFUND', description: 'A refund came to another status, as Stripe has it.' },
  DISPUTE_OPEN: { target: 'DISPUTE', description: 'A payment was disputed, as Stripe has it.' },
  DISPUTE_SETTLE: {
    target: 'DISPUTE',
    description: 'A dispute came to another status, or froze, returned or wrote off credits.',
  },
  RATE_SET: { target: 'RATE', description: 'A price of a model was set.' },
  RATE_RETIRE: { target: 'RATE', description: 'A model was taken off the rate card.' },
  EVENT_REPLAY: { target: 'WEBHOOK_EVENT', description: 'An event of Stripe was to be processed again.' },
} as const satisfies Readonly<Record<string, { readonly target: AuditTarget; readonly description: string }>>;

export type AuditAction = keyof typeof auditActions;
export const auditActionNames = Object.keys(auditActions) as AuditAction[];
