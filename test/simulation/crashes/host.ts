import type { BreakableNetwork, Passed } from '../../support/breakable-network.js';
import type { FakeClock } from '../../support/clock.js';

/** What a service is started with. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly stripePort: number;
  readonly publicUrl: string;
  readonly clock: FakeClock;
}

/** Where the service runs. */
export interface Host {
  /** Its connections to PostgreSQL and to Stripe. */
  readonly network: BreakableNetwork;
  /** It listens there. */
  readonly port: number;
  /** Runs every job whose time has come. */
  runJobs(): Promise<void>;
  /** The clock was moved. */
  tellTime(): Promise<void>;
  /** Makes up for what broke; `network` and `port` may be others then. */
  recover(): Promise<Passed>;
  close(): Promise<void>;
}

/** The same database at another port. */
export function atPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}
