/** What one request may have audited: a second's work or two. The command line audits everything. */
export const maxAuditedAccounts = 10;
/** Operations, further transfers, holds and lots together. */
export const maxAuditedRowsPerAccount = 5_000;
/** As the cost of a request counts, see graphql/limits: three audits and no more fit into one. */
export const auditCost = 3_000;
