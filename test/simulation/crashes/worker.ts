import { FakeClock } from '../../support/clock.js';
import { type Addresses, Served } from './served.js';

/** One process of the service, for the test that started it. */

export interface Task {
  readonly id: number;
  readonly do: { readonly runJobs: true } | { readonly setClock: number };
}

export type FromWorker = { readonly port: number } | { readonly done: number; readonly error?: string };

const [addresses = '{}', now = '0'] = process.argv.slice(2);
const clock = new FakeClock(new Date(Number(now)));
const served = await Served.start(JSON.parse(addresses) as Addresses, clock);

const send = (message: FromWorker) => void process.send?.(message);

process.on('message', async ({ id, do: task }: Task) => {
  try {
    if ('setClock' in task) clock.set(new Date(task.setClock));
    else await served.runJobs();
    send({ done: id });
  } catch (error) {
    send({ done: id, error: String(error) });
  }
});
process.once('disconnect', () => process.exit());

send({ port: served.port });
