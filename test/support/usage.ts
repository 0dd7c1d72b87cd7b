import { graphql } from './generated/gql.js';

export const recordUsageMutation = graphql(`
  mutation RecordUsage($input: RecordUsageInput!) {
    recordUsage(input: $input) {
      refused
      outcomes {
        accountId
        idempotencyKey
        debited
        replayed
        balance { available }
        refusal { code message details }
      }
    }
  }
`);

export const usageQuery = graphql(`
  query Usage($from: DateTimeISO!, $to: DateTimeISO!, $groupBy: [UsageDimension!]! = [DAY], $accountId: ID) {
    usage(from: $from, to: $to, groupBy: $groupBy, accountId: $accountId) {
      from
      to
      points { start provider model credits calls inputTokens outputTokens }
      total { credits calls inputTokens outputTokens }
    }
  }
`);
