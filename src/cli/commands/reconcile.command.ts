import type { Reconciliation } from '../../reconciliation/reconciliation.entity.js';
import { healedBy } from '../../reconciliation/report.js';
import type { Command } from '../command.js';
import { fields, instant, table } from '../table.js';

const count = (n: number): string => n.toLocaleString('en-US');

export const reconcile: Command = {
  path: 'reconcile',
  summary:
    "Compares our books with Stripe's, heals what is safe to heal, and names what differs; exit code 1 where anything does.",
  positionals: [],
  options: {},
  async run(_args, session) {
    const { ran, report } = await session.reconcile();
    if (!ran || !report) {
      const since = report ? ` since ${instant(report.startedAt)}` : '';
      return {
        text: `Another reconciliation is running${since}.`,
        json: { ran: false, running: report },
        failed: true,
      };
    }
    const { differences, differencesLeft } = report;
    return {
      text: textOf(report),
      json: { ran: true, healed: healedBy(report), ...report },
      note:
        differencesLeft > differences.length
          ? `The first ${count(differences.length)} differences are shown.`
          : undefined,
      failed: report.status !== 'AGREED',
    };
  },
};

function textOf(report: Reconciliation): string {
  const totals = fields([
    ['Reconciliation', report.id],
    ['Status', report.failure === null ? report.status : `${report.status}: ${report.failure}`],
    ['Events read', count(report.eventsRead)],
    ['that had never arrived', count(report.eventsStored)],
    ['Open payments asked about', count(report.paymentsReread)],
    ['that had moved on', count(report.paymentsHealed)],
    ['Open refunds asked about', count(report.refundsReread)],
    ['that had moved on', count(report.refundsHealed)],
    ['Open disputes asked about', count(report.disputesReread)],
    ['that had moved on', count(report.disputesHealed)],
    ['Movements compared', count(report.movementsRead)],
    ['that are not ours', count(report.movementsForeign)],
    ['Differences healed', count(report.differencesHealed)],
    ['Differences left', count(report.differencesLeft)],
  ]);
  if (report.differences.length === 0) return totals;
  const rows = report.differences.map(({ day, kind, objectId, currency, ours, theirs }) => [
    day,
    kind,
    objectId,
    currency,
    ours,
    theirs,
  ]);
  return `${totals}\n\n${table(['DAY', 'KIND', 'OBJECT', 'CURRENCY', 'OURS', 'STRIPE'], rows)}`;
}
