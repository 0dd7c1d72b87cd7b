import { graphql } from './generated/index.js';

export const setRateMutation = graphql(`
  mutation SetRate($input: SetRateInput!) {
    setRate(input: $input) {
      rateVersion {
        id
        provider
        model
        version
        effectiveFrom
        rate { id inputPricePer1K outputPricePer1K markupPercent effectiveFrom }
        note
        setBy
        createdAt
      }
      replayed
    }
  }
`);

export const retireRateMutation = graphql(`
  mutation RetireRate($input: RetireRateInput!) {
    retireRate(input: $input) {
      rateVersion { id version effectiveFrom rate { id } note }
      replayed
    }
  }
`);

export const rateCardQuery = graphql(`
  query RateCard($at: DateTimeISO, $first: Int! = 100, $after: String) {
    rateCard(at: $at, first: $first, after: $after) {
      edges { cursor node { id } }
      nodes {
        id
        provider
        model
        version
        inputPricePer1K
        outputPricePer1K
        markupPercent
        effectiveFrom
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const rateVersionsQuery = graphql(`
  query RateVersions($provider: String!, $model: String!, $first: Int! = 20, $after: String) {
    rateVersions(provider: $provider, model: $model, first: $first, after: $after) {
      nodes { id version effectiveFrom rate { inputPricePer1K } note setBy createdAt }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

/** What a customer may see of a rate. */
export const pricesQuery = graphql(`
  query Prices($input: UsageQuoteInput!) {
    rateCard(first: 1) { nodes { inputCreditsPer1K outputCreditsPer1K } }
    usageQuote(input: $input) {
      credits
      rate { id inputCreditsPer1K outputCreditsPer1K }
    }
  }
`);

export const usageQuoteQuery = graphql(`
  query UsageQuote($input: UsageQuoteInput!) {
    usageQuote(input: $input) {
      credits
      rate { id version inputPricePer1K outputPricePer1K markupPercent }
    }
  }
`);
