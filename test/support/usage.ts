import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { UsageSummer } from '../../src/usage/sum-usage.job.js';
import { UsageSumsStore } from '../../src/usage/usage-sums.store.js';
import { graphql } from './generated/gql.js';
import type { TestService } from './service.js';

const dayMs = 86_400_000;

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

/** As the service's job sums usage up. */
export const usageSummerOf = ({ orm, clock }: TestService, log = createLog('error')): UsageSummer =>
  new UsageSummer(new UnitOfWork(orm, log), new UsageSumsStore(), clock, log);

/** Sums up all usage there is. */
export const sumUsage = (service: TestService): Promise<void> =>
  usageSummerOf(service).sumBefore(new Date(service.clock.now().getTime() + dayMs));
