import { parseArgs } from 'node:util';
import { systemClock } from '../platform/clock.js';
import { createLog } from '../platform/log.js';
import {
  defaultSandboxPort,
  type Sandbox,
  SandboxError,
  type SandboxOptions,
  startSandbox,
} from './index.js';

const usage = `Usage: npm run sandbox -- [flags]

  --port N          port to listen on (default ${defaultSandboxPort}; 0 takes any free port)
  --seed N          seed of all randomness (default: a new one, which is printed)
  --data DIR        keep the state in DIR across restarts (default: in memory)
  --forward-to URL  send webhooks to URL, signed with --secret
  --secret whsec_…  signing secret for --forward-to
  --help            show this`;

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

function readFlags(args: string[]): Partial<SandboxOptions> | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const { port, seed, data, secret, 'forward-to': forwardTo } = values;
  if ((forwardTo === undefined) !== (secret === undefined)) {
    throw badFlag('--forward-to and --secret go together.');
  }
  if (forwardTo !== undefined && !URL.canParse(forwardTo))
    throw badFlag(`--forward-to is not a URL: ${forwardTo}`);
  return {
    ...(port === undefined ? {} : { port: wholeNumber('--port', port, 65_535) }),
    ...(seed === undefined ? {} : { seed: wholeNumber('--seed', seed, 2 ** 32 - 1) }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(forwardTo === undefined || secret === undefined ? {} : { webhook: { url: forwardTo, secret } }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        data: { type: 'string' },
        'forward-to': { type: 'string' },
        secret: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw badFlag(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw badFlag(`${flag} must be a whole number from 0 to ${most}: ${text}`);
}

function badFlag(message: string): SandboxError {
  return new SandboxError('SANDBOX_BAD_OPTION', `${message}\n\n${usage}`);
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
