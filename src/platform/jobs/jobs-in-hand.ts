import type { WorkerEvents } from 'graphile-worker';

/** The jobs that this process has fetched and has not ended. */
export class JobsInHand {
  readonly #ids = new Set<string>();

  constructor(events: WorkerEvents) {
    events.on('localQueue:getJobs:complete', ({ jobs }) => {
      for (const { id } of jobs) this.#ids.add(id);
    });
    events.on('localQueue:returnJobs', ({ jobs }) => {
      for (const { id } of jobs) this.#ids.delete(id);
    });
    events.on('job:start', ({ job }) => this.#ids.add(job.id));
    events.on('job:complete', ({ job }) => this.#ids.delete(job.id));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
