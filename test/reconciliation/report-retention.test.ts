import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { ReportRetention } from '../../src/reconciliation/report-retention.job.js';
import { Reports } from '../../src/reconciliation/reports.js';
import { dayMs, type ReconcilingService, startDeafService } from './reconciling.js';

describe('retention of reports', () => {
  let service: ReconcilingService;
  let retention: ReportRetention;
  beforeAll(async () => {
    service = await startDeafService();
    const log = createLog('silent');
    const reports = new Reports(new UnitOfWork(service.orm, log), service.clock);
    retention = new ReportRetention(reports, 30, service.clock, log);
  });
  afterEach(() => service.database.query('truncate reconciliations'));
  afterAll(() => service.close());

  /** Reports of so many days ago, each `count` times. */
  const begun = (days: number, status: string, count = 1) =>
    service.database.query(
      `insert into reconciliations
       select gen_random_uuid(), $1, 'SCHEDULE', null, $2, case $1 when 'RUNNING' then null else $2::timestamptz end,
         case $1 when 'FAILED' then 'Stripe did not answer.' end, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '[]', '[]', null, false, 0, 0
       from generate_series(1, $3)`,
      [status, new Date(service.clock.now().getTime() - days * dayMs), count],
    );
  const left = async () =>
    (
      await service.database.query<{ report: string }>(
        `select status || ' ' || extract(day from $1 - started_at) as report from reconciliations
         order by started_at, status`,
        [service.clock.now()],
      )
    ).map(({ report }) => report);

  it('deletes those older than it is told, and no others', async () => {
    await begun(400, 'RUNNING');
    await begun(31, 'AGREED');
    await begun(31, 'FAILED');
    await begun(30, 'DIFFERS');
    await begun(1, 'AGREED');
    await retention.run();
    expect(await left()).toEqual(['RUNNING 400', 'DIFFERS 30', 'AGREED 1']);
  });

  it('keeps the newest complete one, and the one that the next run goes on from', async () => {
    await begun(90, 'AGREED');
    await begun(80, 'DIFFERS');
    await begun(70, 'INCOMPLETE');
    await begun(60, 'INCOMPLETE');
    await begun(50, 'FAILED');
    await retention.run();
    expect(await left()).toEqual(['DIFFERS 80', 'INCOMPLETE 60']);
    await retention.run();
    expect(await left()).toEqual(['DIFFERS 80', 'INCOMPLETE 60']);
  });

  it('does so however many there are, in two processes at once', async () => {
    await begun(40, 'AGREED', 2_500);
    await begun(2, 'AGREED');
    await Promise.all([retention.run(), retention.run()]);
    expect(await left()).toEqual(['AGREED 2']);
  });
});

it('is run by the job of its name, after the configured time', async () => {
  const service = await startDeafService({ jobs: 1 });
  try {
    await service.reconcile();
    service.clock.advance(dayMs);
    const { id } = await service.reconcile();
    service.clock.advance(service.config.reconciliationRetentionDays * dayMs);
    await service.database.query(`select graphile_worker.add_job('delete_old_reconciliations')`);
    await service.settle();
    expect(await service.database.query('select id from reconciliations')).toEqual([{ id }]);
  } finally {
    await service.close();
  }
});
