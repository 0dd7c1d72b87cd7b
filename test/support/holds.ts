import { graphql } from './generated/index.js';

export const holdCreditsMutation = graphql(`
  mutation HoldCredits($input: HoldCreditsInput!) {
    holdCredits(input: $input) {
      hold { id status credits captured expiresAt }
      balance { available held owed }
    }
  }
`);

export const extendHoldMutation = graphql(`
  mutation ExtendHold($input: ExtendHoldInput!) {
    extendHold(input: $input) {
      hold { id status credits captured expiresAt }
      balance { available held owed }
    }
  }
`);

export const captureHoldMutation = graphql(`
  mutation CaptureHold($input: CaptureHoldInput!) {
    captureHold(input: $input) {
      hold { id status credits captured expiresAt }
      balance { available held owed }
    }
  }
`);

export const releaseHoldMutation = graphql(`
  mutation ReleaseHold($input: ReleaseHoldInput!) {
    releaseHold(input: $input) {
      hold { id status credits captured expiresAt }
      balance { available held owed }
    }
  }
`);

export const balanceAsOfQuery = graphql(`
  query BalanceAsOf($accountId: ID!, $asOf: DateTimeISO) {
    balance(accountId: $accountId, asOf: $asOf) {
      available
      held
      owed
      updatedAt
      lots { id source granted remaining held priority unitPrice effectiveAt expiresAt createdAt }
    }
  }
`);
