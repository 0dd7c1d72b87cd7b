import { parseArgs } from 'node:util';
import { ClientError } from 'graphql-request';
import { Browser } from './browser.js';
import { DemoFailure, Narrator } from './narrator.js';
import { tellStory } from './story.js';

const usage = `Usage: npm run demo -- [options]
Goes through the life of a customer's credits against a running server and its Stripe sandbox.

  --url URL          the server   (default http://localhost:4000)
  --stripe-url URL   the sandbox  (default http://127.0.0.1:12111)
  --admin-key KEY    an ADMIN key   (default demo_admin_key)
  --service-key KEY  a SERVICE key  (default demo_service_key)
`;

const options = {
  url: { type: 'string', default: 'http://localhost:4000' },
  'stripe-url': { type: 'string', default: 'http://127.0.0.1:12111' },
  'admin-key': { type: 'string', default: 'demo_admin_key' },
  'service-key': { type: 'string', default: 'demo_service_key' },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  await tellStory({
    billingUrl: values.url.replace(/\/$/, ''),
    adminKey: values['admin-key'],
    serviceKey: values['service-key'],
    browser: new Browser(values['stripe-url'].replace(/\/$/, '')),
    narrator: new Narrator(process.stdout),
  });
  process.stdout.write('\nEvery step went as it must.\n');
  return 0;
}

function explain(error: unknown): string {
  if (error instanceof DemoFailure) return error.message;
  if (error instanceof ClientError) {
    return `The server refused: ${(error.response.errors ?? []).map(({ message }) => message).join(' ')}`;
  }
  if (!(error instanceof Error)) return String(error);
  if (error.message === 'fetch failed')
    return 'The server cannot be reached. Start it with "npm start" and try again.';
  return error.message;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n✗ ${explain(error)}\n`);
  process.exitCode = 1;
}
