import { parseArgs } from 'node:util';
import { defaultSandboxPort, SandboxError, type SandboxOptions } from './index.js';

export const usage = `Usage: npm run sandbox -- [flags]

  --port N          port to listen on (default ${defaultSandboxPort}; 0 takes any free port)
  --seed N          seed of all randomness (default: a new one, which is printed)
  --data DIR        keep the state in DIR across restarts (default: in memory)
  --forward-to URL  send webhooks to URL, signed with --secret
  --secret whsec_…  signing secret for --forward-to
  --help            show this`;

/** What the command line asks for. A flag it does not understand is a `SandboxError` that tells the usage. */
export function readFlags(args: string[]): Partial<SandboxOptions> | 'help' {
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
