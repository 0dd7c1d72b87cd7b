import { endOf } from '../../ledger/journal-months.store.js';
import { sqlOf } from '../../platform/database/sql.js';
import type { Command } from '../command.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

const bytesPerMegabyte = 1_048_576;

const megabytes = (bytes: bigint): string => (Number(bytes) / bytesPerMegabyte).toFixed(1);

export const journalList: Command = {
  path: 'journal list',
  summary: "Lists the journal's months, oldest first; rows are the database's estimates.",
  positionals: [],
  options: {},
  async run(_args, { uow, months }) {
    const all = await uow.read((em) => months.list(sqlOf(em)));
    return {
      text: table(
        ['MONTH', 'STATE', 'OPERATIONS', 'FURTHER TRANSFERS', 'MB'],
        all.map(({ month, isAttached, operations, furtherTransfers, bytes }) => [
          month,
          isAttached ? 'attached' : 'detached',
          String(operations),
          String(furtherTransfers),
          megabytes(bytes),
        ]),
      ),
      json: all.map((month) => ({ ...month, bytes: Number(month.bytes) })),
    };
  },
};

export const journalDetach: Command = {
  path: 'journal detach',
  summary:
    'Takes the oldest month out of the journal; its tables stay in the schema journal, to archive and drop.',
  positionals: ['MONTH'],
  options: {},
  async run(args, { uow, months, usageSummer, clock }) {
    const month = parseMonth(args.positional(0));
    const now = clock.now();
    // What is not over is not detached anyway.
    if (endOf(month) <= now) await usageSummer.sumBefore(endOf(month));
    await uow.run((em) => months.detach(sqlOf(em), month, now));
    return { text: `Detached ${month}.`, json: { month, isAttached: false } };
  },
};

export const journalAttach: Command = {
  path: 'journal attach',
  summary: 'Makes the month that was detached last part of the journal again.',
  positionals: ['MONTH'],
  options: {},
  async run(args, { uow, months }) {
    const month = parseMonth(args.positional(0));
    await uow.run((em) => months.attach(sqlOf(em), month));
    return { text: `Attached ${month}.`, json: { month, isAttached: true } };
  },
};

function parseMonth(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new UsageError('MONTH is a month such as 2026-01.');
  return text;
}
