import { systemClock } from '../platform/clock.js';
import { createLog } from '../platform/log.js';
import { readFlags, usage } from './flags.js';
import { type Sandbox, SandboxError, type SandboxOptions, startSandbox } from './index.js';

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags === 'help') print(usage);
  else await run(flags);
} catch (error) {
  if (!(error instanceof SandboxError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function run(flags: Partial<SandboxOptions>): Promise<void> {
  const sandbox = await startSandbox({ clock: systemClock, log: createLog('warn'), ...flags });
  print(greeting(sandbox, flags));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void sandbox.close();
    });
  }
}

function greeting(sandbox: Sandbox, flags: Partial<SandboxOptions>): string {
  return `Stripe sandbox listening on ${sandbox.url}   (no money moves; seed ${sandbox.seed})
  secret key       ${sandbox.secretKey}
  publishable key  ${sandbox.publishableKey}
  state            ${flags.dataDir ?? 'in memory'}
  webhooks to      ${flags.webhook?.url ?? 'nowhere yet: --forward-to URL --secret whsec_…, or POST /v1/webhook_endpoints'}

Node SDK    new Stripe('${sandbox.secretKey}', { host: '${sandbox.host}', port: ${sandbox.port}, protocol: 'http' })
Stripe CLI  stripe trigger payment_intent.succeeded --api-key ${sandbox.secretKey} --api-base ${sandbox.url}
curl        curl ${sandbox.url}/v1/balance -u ${sandbox.secretKey}:`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
