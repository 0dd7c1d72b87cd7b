import { TickingClock } from './clocks.js';
import { Executor } from './executor.js';
import type { Operation, Outcome } from './operations.js';

/** One process of the service, for the coordinator that started it. */

export type ToWorker =
  | { readonly setClock: { readonly now: number; readonly tickMs: number } }
  | { readonly id: number; readonly operation: Operation };

export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly outcome: Outcome; readonly logged: readonly string[] };

const [databaseUrl = ''] = process.argv.slice(2);
const clock = new TickingClock(0, false);
const executor = await Executor.start(databaseUrl, clock);

const send = (message: FromWorker) => void process.send?.(message);

process.on('message', (message: ToWorker) => {
  if ('setClock' in message) clock.set(message.setClock.now, message.setClock.tickMs);
  else void answer(message.id, message.operation);
});
process.once('disconnect', () => process.exit());

async function answer(id: number, operation: Operation): Promise<void> {
  const outcome = await executor.execute(operation);
  send({ id, outcome, logged: executor.logged.splice(0) });
}

send({ ready: true });
