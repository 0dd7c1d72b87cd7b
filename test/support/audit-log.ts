import type { AuditLogFilter } from './generated/graphql.js';
import { graphql } from './generated/index.js';
import type { TestService } from './service.js';

export const auditLogQuery = graphql(`
  query AuditLog($first: Int! = 100, $after: String, $filter: AuditLogFilter) {
    auditLog(first: $first, after: $after, filter: $filter) {
      edges { cursor node { id } }
      nodes {
        id
        action
        actor { kind keyId role }
        accountId
        targetType
        targetId
        note
        requestId
        idempotencyKeyHash
        before
        after
        erased
        createdAt
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const eraseMutation = graphql(`
  mutation EraseAccountData($accountId: ID!) {
    eraseAccountData(input: { accountId: $accountId }) {
      account { id name email erasedAt }
      revokedKeys
      erasedAuditEntries
      stripeCustomerId
    }
  }
`);

export const booksAuditQuery = graphql(`
  query AuditOfAccount($accountId: ID!) {
    audit(accountId: $accountId) { nodes { sound operations findings { kind } } }
  }
`);

/** The newest entries, newest first. */
export async function auditLogOf({ clients }: TestService, filter: AuditLogFilter = {}) {
  return (await clients.admin.request(auditLogQuery, { filter })).auditLog.nodes;
}
