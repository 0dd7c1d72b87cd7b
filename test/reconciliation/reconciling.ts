import { createLog } from '../../src/platform/log.js';
import type { Reconciler } from '../../src/reconciliation/reconciler.js';
import type { Reconciliation } from '../../src/reconciliation/reconciliation.entity.js';
import { healedBy } from '../../src/reconciliation/report.js';
import { wire } from '../../src/wiring.js';
import { balanceQuery } from '../support/operations.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

export const hourMs = 60 * 60_000;
export const dayMs = 24 * hourMs;

export interface ReconcilingService extends TestService {
  readonly reconciler: Reconciler;
  /** A run, of which the report is returned. */
  reconcile(): Promise<Reconciliation>;
}

/**
 * A service that no webhook reaches, and whose jobs do not run unless `jobs` is given: what is healed, the
 * reconciliation heals.
 */
export async function startDeafService(
  options: { readonly jobs?: number } = {},
): Promise<ReconcilingService> {
  const service = await startTestService({ config: { jobs: { concurrency: options.jobs ?? 0 } } });
  service.sandbox.faults.delivery({ fault: 'drop' });
  return withReconciler(service);
}

/** Another process's, as it were: of a wiring of its own. */
export function withReconciler(service: TestService): ReconcilingService {
  const { config, orm, clock } = service;
  const { reconciler, drain } = wire({ config, orm, clock, log: createLog('silent') });
  return {
    ...service,
    reconciler,
    reconcile: async () => {
      const { ran, report } = await reconciler.run({ trigger: 'COMMAND_LINE', requestedBy: null });
      if (!ran || !report) throw new Error('Another reconciliation was running.');
      return report;
    },
    close: async () => {
      await drain();
      await service.close();
    },
  };
}

export async function customers(service: TestService, count: number): Promise<TestCustomer[]> {
  return Promise.all(Array.from({ length: count }, () => newCustomer(service)));
}

export async function available({ client }: TestCustomer): Promise<number> {
  return Number((await client.request(balanceQuery, {})).balance.available);
}

/** What a report says of what it found and did, without when and by whom. */
export const outcomeOf = (report: Reconciliation) => ({
  status: report.status,
  failure: report.failure,
  healed: healedBy(report),
  left: report.differencesLeft,
});

/** Everything that a run which has nothing to do must leave as it is. */
export async function booksOf({ database }: TestService): Promise<unknown> {
  const tables = [
    'ledger_operations',
    'credit_balances',
    'credit_lots',
    'payments',
    'refunds',
    'disputes',
    'webhook_events',
  ];
  const rows: unknown[] = [];
  for (const table of tables)
    rows.push(await database.query(`select to_jsonb(t) as row from ${table} t order by 1`));
  rows.push(await database.query('select id, task_identifier from graphile_worker.jobs order by 1'));
  return rows;
}
