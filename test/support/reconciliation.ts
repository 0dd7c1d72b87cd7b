import { graphql } from './generated/index.js';

export const reconcileMutation = graphql(`
  mutation Reconcile {
    reconcile { queued running { id status } }
  }
`);

export const reconciliationQuery = graphql(`
  query Reconciliation($id: ID!) {
    reconciliation(id: $id) {
      id
      status
      trigger
      requestedBy
      startedAt
      finishedAt
      failure
      healed
      eventsRead
      eventsStored
      paymentsReread
      paymentsHealed
      refundsReread
      refundsHealed
      disputesReread
      disputesHealed
      movementsRead
      movementsForeign
      comparedUntil
      differencesHealed
      differencesLeft
      differences { day kind objectId paymentIntentId currency ours theirs ourStatus theirStatus }
      totals { day kind currency count ours theirs }
    }
  }
`);

export const reconciliationsQuery = graphql(`
  query Reconciliations($first: Int, $after: String) {
    reconciliations(first: $first, after: $after) {
      edges { cursor node { id } }
      nodes { id status trigger startedAt differencesLeft }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);
