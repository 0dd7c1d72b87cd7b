import type { Database } from '../data/database.js';
import type { Environment } from '../environment.js';
import type { Run } from '../measure/run.js';
import { Assistant } from '../processes/assistant.js';
import type { DebitingTask } from './debiting.js';
import type { Memory, RememberingTask } from './remembering.js';

/** Callers that wait at once: enough to fill what is committed together. */
export const callersAtOnce = 256;

/** A process that debits this service's accounts without HTTP. */
export function startDebiting(
  { parts, directory }: Environment,
  database: Database,
  name = 'in-process',
): Assistant<DebitingTask, Run> {
  const env = { DATABASE_URL: database.url };
  const entry = '../in-process/debiting.js';
  const assistant = Assistant.start<DebitingTask, Run>({ name, entry, env, directory });
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
