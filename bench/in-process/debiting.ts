import { randomInt, randomUUID } from 'node:crypto';
import { accountId } from '../data/names.js';
import { keepBusy, type Run } from '../measure/run.js';
import { answerTasks } from '../processes/answer-tasks.js';
import { openInProcess } from '../subjects.js';

/** Debits one of some accounts at random, many at once, for a while. */
export interface DebitingTask {
  readonly accounts: { readonly first: number; readonly count: number };
  readonly atOnce: number;
  readonly seconds: number;
}

const subject = await openInProcess(process.env.DATABASE_URL ?? '');

answerTasks<DebitingTask, Run>(({ accounts, atOnce, seconds }) =>
  keepBusy({ lanes: atOnce, seconds }, async () => {
    const account = accounts.first + randomInt(accounts.count);
    await subject.debit({ accountId: accountId(account), idempotencyKey: randomUUID() });
    return 1;
  }),
);

process.once('SIGTERM', () => void subject.close().then(() => process.exit()));
