import { randomInt, randomUUID } from 'node:crypto';
import { accountId } from '../data/names.js';
import type { AccountRange } from '../load/plan.js';
import { keepBusy, type Run } from '../measure/run.js';
import { answerTasks } from '../processes/answer-tasks.js';
import { openInProcess } from '../subjects.js';

/** Spends credits of some accounts, with many callers at once, for a while. */
export interface SpendingTask {
  readonly what: 'debit' | 'holdAndCapture';
  readonly accounts: AccountRange;
  readonly atOnce: number;
  readonly seconds: number;
  /** Where it shall end earlier: after so many. */
  readonly atMost?: number;
}

const subject = await openInProcess(process.env.DATABASE_URL ?? '');

answerTasks<SpendingTask, Run>(({ what, accounts, atOnce, seconds, atMost = Number.POSITIVE_INFINITY }) => {
  let begun = 0;
  const spend = async () => {
    const account = accounts.first + randomInt(accounts.count);
    await subject[what]({ accountId: accountId(account), idempotencyKey: randomUUID() });
    return 1;
  };
  return keepBusy({ lanes: atOnce, seconds }, () => (begun++ < atMost ? spend() : null));
});

process.once('SIGTERM', () => void subject.close().then(() => process.exit()));
