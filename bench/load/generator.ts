import { keepBusy, type Run } from '../measure/run.js';
import { answerTasks } from '../processes/answer-tasks.js';
import { Connection } from './connection.js';
import { errandsOf, type Plan, type Send } from './plan.js';

/** Runs errands over some connections at once for a while. */
export interface LoadTask {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly plan: Plan;
}

answerTasks<LoadTask, Run>(async ({ port, connections, seconds, plan }) => {
  const errands = errandsOf(plan, port);
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const sends = open.map(sendOver);
  try {
    return await keepBusy({ lanes: connections, seconds }, (lane) => {
      const errand = errands.next();
      const send = sends[lane];
      return errand && send ? errand(send).then(() => errands.units) : null;
    });
  } finally {
    for (const connection of open) connection.close();
  }
});

/** Nothing but what was done counts: a refusal is often faster. */
const sendOver =
  (connection: Connection): Send =>
  async (request) => {
    const { status, body } = await connection.exchange(request);
    if (status !== 200 || body.includes('"errors"')) throw new Error(`Refused with ${status}: ${body}`);
    return body;
  };
