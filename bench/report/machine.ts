import { open } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from '../measure/median.js';

export interface Machine {
  readonly processors: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  /** How long one small durable write takes, in milliseconds: what every commit waits for at least. */
  readonly syncMs: number;
  /** Processes that wanted to run, on average over the minute before the benchmarks. */
  readonly load: number;
}

const bytesPerGigabyte = 1024 ** 3;
const syncedBytes = 8_192;
const syncs = 200;

export async function describeMachine(directory: string): Promise<Machine> {
  const [first, ...others] = cpus();
  return {
    processors: `${1 + others.length} × ${first?.model.trim()}`,
    memory: `${Math.round(totalmem() / bytesPerGigabyte)} GB`,
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    syncMs: await timeSync(directory),
    load: loadavg()[0] ?? 0,
  };
}

/** Appends and synchronizes as PostgreSQL's log does, on the disk that its data is on. */
async function timeSync(directory: string): Promise<number> {
  const file = await open(join(directory, 'sync-test'), 'w');
  try {
    const bytes = Buffer.alloc(syncedBytes, 1);
    const times: number[] = [];
    for (let i = 0; i < syncs; i++) {
      await file.write(bytes, 0, bytes.length, i * syncedBytes);
      const start = performance.now();
      await file.datasync();
      times.push(performance.now() - start);
    }
    return median(times);
  } finally {
    await file.close();
  }
}
