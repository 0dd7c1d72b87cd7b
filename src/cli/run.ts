import { DomainError } from '../platform/errors.js';
import { StartupError } from '../platform/startup-error.js';
import type { Command, Report, Session } from './command.js';
import { asksForHelp, findCommand, leadingWords, readArguments } from './command-line.js';
import { accountCreate, accountList } from './commands/account.commands.js';
import { audit } from './commands/audit.command.js';
import { journalAttach, journalDetach, journalList } from './commands/journal.commands.js';
import { keyCreate, keyList, keyRevoke } from './commands/key.commands.js';
import { migrate } from './commands/migrate.command.js';
import { reconcile } from './commands/reconcile.command.js';
import { webhooksList, webhooksReplay } from './commands/webhook.commands.js';
import { help, helpOn } from './help.js';
import { UsageError } from './usage-error.js';

export const commands: readonly Command[] = [
  accountCreate,
  accountList,
  keyCreate,
  keyList,
  keyRevoke,
  audit,
  reconcile,
  journalList,
  journalDetach,
  journalAttach,
  webhooksList,
  webhooksReplay,
  migrate,
];

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Terminal {
  /** The result. */
  out(text: string): void;
  /** What is said beside it: notes and failures. */
  err(text: string): void;
}

/** Opens the database, lends it to `work`, and closes it whatever comes of that. */
export type WithSession = (work: (session: Session) => Promise<Report>) => Promise<Report>;

/** Runs one command line; never rejects. */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  withSession: WithSession,
): Promise<ExitCode> {
  const command = findCommand(words[0] === 'help' ? words.slice(1) : words, commands);
  if (asksForHelp(words)) {
    terminal.out(command ? helpOn(command) : help(commands));
    return exitCodes.done;
  }
  if (!command) {
    terminal.err(`Unknown command: ${leadingWords(words).join(' ')}\n\n${help(commands)}`);
    return exitCodes.usage;
  }
  try {
    const { args, json } = readArguments(words, command);
    const report = await withSession((session) => command.run(args, session, (text) => terminal.err(text)));
    terminal.out(json ? JSON.stringify(report.json, null, 2) : report.text);
    if (report.note) terminal.err(report.note);
    return report.failed ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`${error.message}\n\n${helpOn(command)}`);
      return exitCodes.usage;
    }
    terminal.err(messageOf(error));
    return exitCodes.failed;
  }
}

/** PostgreSQL: undefined_table. */
const undefinedTable = '42P01';

function messageOf(error: unknown): string {
  if (error instanceof DomainError || error instanceof StartupError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === undefinedTable
    ? 'The database is not up to date. Run: npm run cli -- migrate'
    : `This went wrong: ${error.message}`;
}
