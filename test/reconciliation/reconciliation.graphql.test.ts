import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCrontab } from 'graphile-worker';
import { reconcileSchedule } from '../../src/reconciliation/reconcile.job.js';
import { expectCode } from '../support/client.js';
import { newCustomer, pay, startPurchase } from '../support/purchase.js';
import { reconcileMutation, reconciliationQuery, reconciliationsQuery } from '../support/reconciliation.js';
import { hourMs, type ReconcilingService, startDeafService } from './reconciling.js';

let service: ReconcilingService;
beforeAll(async () => {
  service = await startDeafService({ jobs: 2 });
});
afterAll(() => service.close());

const admin = () => service.clients.admin;
const list = async (variables: { first?: number; after?: string | null } = {}) =>
  (await admin().request(reconciliationsQuery, variables)).reconciliations;
const one = async (id: string) => (await admin().request(reconciliationQuery, { id })).reconciliation;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const [, value = 'missing'] =
    new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}

describe('reconcile', () => {
  it('has a job do it, whose report says what was healed and who asked for it', async () => {
    expect(await list()).toMatchObject({ nodes: [] });
    expect(await metric('reconciliation_age_seconds')).toBeNaN();
    const customer = await newCustomer(service);
    await pay(service, await startPurchase(customer, 500));
    service.clock.advance(hourMs);

    expect(await admin().request(reconcileMutation)).toEqual({ reconcile: { queued: true, running: null } });
    await service.settle();
    const { nodes } = await list();
    expect(nodes).toMatchObject([{ status: 'AGREED', trigger: 'ADMIN', differencesLeft: 0 }]);
    const report = await one(nodes[0]?.id ?? '');
    expect(report).toMatchObject({
      requestedBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
      failure: null,
      movementsRead: 1,
      comparedUntil: '2026-01-15T12:55:00.000Z',
      differences: [],
      totals: [{ day: '2026-01-15', kind: 'CHARGE', currency: 'USD', count: 1, ours: 4500, theirs: 4500 }],
    });
    expect(report.healed).toBeGreaterThanOrEqual(report.eventsStored);
    expect(await metric('reconciliation_healed_total{what="event"}')).toBe(report.eventsStored);
  });

  it('names differences, which the metrics count', async () => {
    await service.database.query('update payments set amount = amount + 5');
    service.clock.advance(hourMs);
    await admin().request(reconcileMutation);
    await service.settle();
    const [newest] = (await list()).nodes;
    expect(newest).toMatchObject({ status: 'DIFFERS', differencesLeft: 1 });
    expect((await one(newest?.id ?? '')).differences).toMatchObject([
      { kind: 'CHARGE', ours: 4505, theirs: 4500 },
    ]);
    service.clock.advance(90_000);
    expect(await metric('reconciliation_differences')).toBe(1);
    expect(await metric('reconciliation_age_seconds')).toBe(90);
  });

  it('queues one, however often it is asked for before it begins, and none while one is running', async () => {
    service.sandbox.faults.api({ fault: 'latency', delayMs: 1_000, path: '/v1/events', count: 1 });
    const running = service.reconcile();
    while (!(await service.reconciler.isRunning())) await new Promise((wake) => setTimeout(wake, 5));
    expect(await admin().request(reconcileMutation)).toMatchObject({ reconcile: { queued: false } });
    const { status } = await running;
    expect(status).toBe('DIFFERS');
  });
});

it('is scheduled for every hour', () => {
  const [item] = parseCrontab(reconcileSchedule);
  expect(item).toMatchObject({ task: 'reconcile', options: { maxAttempts: 3 } });
  const minutes = Array.from({ length: 60 }, (_, minute) => ({
    min: minute,
    hour: 5,
    date: 3,
    month: 2,
    dow: 1,
  }));
  expect(minutes.filter((digest) => item?.match(digest))).toHaveLength(1);
});

describe('reconciliations', () => {
  it('are listed newest first, one page after the other', async () => {
    const all = await list();
    expect(all.nodes.length).toBeGreaterThanOrEqual(3);
    const instants = all.nodes.map(({ startedAt }) => startedAt);
    expect(instants).toEqual([...instants].sort().reverse());
    const first = await list({ first: 1 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const rest = await list({ after: first.pageInfo.endCursor ?? null });
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
  });

  it('are bounded, and unknown ones are not found', async () => {
    for (const first of [0, 101]) await expectCode(list({ first }), 'BAD_USER_INPUT');
    await expectCode(list({ after: 'nonsense' }), 'BAD_USER_INPUT');
    await expectCode(one('nonsense'), 'BAD_USER_INPUT');
    await expectCode(one('00000000-0000-7000-8000-000000000000'), 'NOT_FOUND');
  });
});
