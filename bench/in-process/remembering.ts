import { randomUUID } from 'node:crypto';
import { answerTasks } from '../processes/answer-tasks.js';
import { openInProcess } from '../subjects.js';

/** Debits one account so many times, many at once. */
export interface RememberingTask {
  readonly accountId: string;
  readonly atOnce: number;
  readonly debits: number;
}

/** What this process holds afterwards, without garbage, in bytes. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
}

const subject = await openInProcess(process.env.DATABASE_URL ?? '');

answerTasks<RememberingTask, Memory>(async ({ accountId, atOnce, debits }) => {
  let left = debits;
  const debit = async () => {
    while (left-- > 0) await subject.debit({ accountId, idempotencyKey: randomUUID() });
  };
  await Promise.all(Array.from({ length: atOnce }, debit));
  if (!global.gc) throw new Error('Start this process with --expose-gc.');
  global.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
});

process.once('SIGTERM', () => void subject.close().then(() => process.exit()));
