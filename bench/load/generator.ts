import { keepBusy, type Run } from '../measure/run.js';
import { answerTasks } from '../processes/answer-tasks.js';
import { type Answer, Connection } from './connection.js';
import { type Plan, requestsOf } from './plan.js';

/** Sends requests over some connections at once for a while. */
export interface LoadTask {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly plan: Plan;
}

answerTasks<LoadTask, Run>(async ({ port, connections, seconds, plan }) => {
  const requests = requestsOf(plan, port);
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  try {
    return await keepBusy({ lanes: connections, seconds }, (lane) => {
      const request = requests.next();
      const connection = open[lane];
      return request && connection
        ? connection.exchange(request).then((answer) => unitsOf(answer, requests.units))
        : null;
    });
  } finally {
    for (const connection of open) connection.close();
  }
});

/** Counts nothing but what was done: a refusal is often faster. */
function unitsOf({ status, body }: Answer, units: number): number {
  if (status !== 200 || body.includes('"errors"')) throw new Error(`Refused with ${status}: ${body}`);
  return units;
}
