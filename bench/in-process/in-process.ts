import type { Database } from '../data/database.js';
import type { Environment } from '../environment.js';
import type { Run } from '../measure/run.js';
import { Assistant } from '../processes/assistant.js';
import type { Memory, RememberingTask } from './remembering.js';
import type { SpendingTask } from './spending.js';

/** Callers that wait at once: as many as one transaction takes along. */
export const callersAtOnce = 1_000;

/** A process that spends credits of this service's accounts without HTTP. */
export function startSpending(
  { parts, directory }: Environment,
  database: Database,
  name = 'in-process',
): Assistant<SpendingTask, Run> {
  const env = { DATABASE_URL: database.url };
  const entry = '../in-process/spending.js';
  const assistant = Assistant.start<SpendingTask, Run>({ name, entry, env, directory });
  parts.defer(() => assistant.stop());
  return assistant;
}

/** The same, which can tell what it has in memory. */
export function startRemembering(
  { parts, directory }: Environment,
  database: Database,
): Assistant<RememberingTask, Memory> {
  const assistant = Assistant.start<RememberingTask, Memory>({
    name: 'memory',
    entry: '../in-process/remembering.js',
    env: { DATABASE_URL: database.url },
    directory,
    nodeOptions: ['--expose-gc'],
  });
  parts.defer(() => assistant.stop());
  return assistant;
}
