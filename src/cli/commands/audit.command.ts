import { type AuditReport, maxFindings } from '../../audit/auditor.js';
import type { Command } from '../command.js';
import { fields, table } from '../table.js';

/** How often progress is told. */
const operationsPerNote = 1_000_000;

const count = (n: number): string => n.toLocaleString('en-US');

export const audit: Command = {
  path: 'audit',
  summary: 'Recomputes the books from the journal and says what differs; exit code 1 where anything does.',
  positionals: [],
  options: {
    account: { type: 'string', value: 'ID', help: 'Only this account.' },
  },
  async run(args, { auditor }, tell) {
    const report = await auditor.audit(args.text('account') ?? null, ({ operations, accounts }) => {
      if (operations % operationsPerNote === 0)
        tell(`${count(operations)} operations checked, ${count(accounts)} accounts to their end.`);
    });
    const { shown, ...totals } = report;
    return {
      text: textOf(report),
      json: { sound: report.findings === 0, ...totals, shown },
      note:
        report.findings > shown.length
          ? `The first ${count(maxFindings)} findings at most, and 100 of an account, are shown.`
          : undefined,
      failed: report.findings > 0,
    };
  },
};

function textOf(report: AuditReport): string {
  const totals = fields([
    ['Accounts', count(report.accounts)],
    ['that begin after detached months', count(report.accountsBeginningDetached)],
    ['Operations', count(report.operations)],
    ['Transfers', count(report.transfers)],
    ['Findings', count(report.findings)],
    ['in accounts', count(report.accountsWithFindings)],
  ]);
  if (report.findings === 0) return totals;
  const rows = report.shown.map(({ accountId, kind, subject, expected, found }) => [
    accountId,
    kind,
    subject,
    expected,
    found,
  ]);
  return `${totals}\n\n${table(['ACCOUNT', 'KIND', 'WHAT', 'EXPECTED', 'FOUND'], rows)}`;
}
