import { Logger } from 'graphile-worker';
import type { Log } from '../log.js';

/**
 * graphile-worker's messages in our log. Its routine ("connected", "completed task") goes to debug; of what it
 * attaches only the error is kept, because the rest holds whole jobs with their payloads.
 */
export function jobLogger(log: Log): Logger {
  return new Logger(({ workerId, taskIdentifier, jobId }: Partial<Record<string, string>>) => {
    const scope = { workerId, task: taskIdentifier, jobId };
    return (level, message, meta) => {
      const fields = meta?.error === undefined ? scope : { ...scope, err: meta.error };
      if (level === 'error') log.error(fields, message);
      else if (level === 'warning') log.warn(fields, message);
      else log.debug(fields, message);
    };
  });
}
