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
