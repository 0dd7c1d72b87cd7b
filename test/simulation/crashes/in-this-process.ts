import { BreakableNetwork } from '../../support/breakable-network.js';
import { atPort, type Host, type Surroundings } from './host.js';
import { Served } from './served.js';

/** The service in the test's own process, which outlives its connections. */
export class InThisProcess implements Host {
  private constructor(
    readonly network: BreakableNetwork,
    private readonly served: Served,
  ) {}

  static async start({ databaseUrl, stripePort, publicUrl, clock }: Surroundings): Promise<InThisProcess> {
    const network = new BreakableNetwork();
    const databasePort = await network.proxyTo(Number(new URL(databaseUrl).port));
    const addresses = {
      databaseUrl: atPort(databaseUrl, databasePort),
      queueUrl: databaseUrl,
      stripeUrl: `http://127.0.0.1:${await network.proxyTo(stripePort)}`,
      publicUrl,
    };
    return new InThisProcess(network, await Served.start(addresses, clock));
  }

  get port(): number {
    return this.served.port;
  }

  runJobs(): Promise<void> {
    return this.served.runJobs();
  }

  async tellTime(): Promise<void> {}

  async recover() {
    return this.network.restore();
  }

  async close(): Promise<void> {
    await this.served.close();
    await this.network.close();
  }
}
