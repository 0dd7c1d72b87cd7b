import { relative } from 'node:path';
import type { Config } from '../config.js';
import { addressOf } from '../platform/database/check.js';

/** What to do with a server that has just started, for the person in front of the terminal. */
export function greeting(config: Config): string {
  const { publicUrl: url, database, sandbox, stripe, playground, demoKeys } = config;
  const facts: [string, string | null][] = [
    [playground ? 'Playground' : 'GraphQL', `${url}/graphql`],
    ['Database', database.url ? addressOf(database.url) : `PostgreSQL in ${nearby(config.dataDir)}`],
    [
      'Stripe',
      sandbox ? `sandbox at ${stripe.apiBase} (no real money)` : `${stripe.livemode ? 'live' : 'test'} mode`,
    ],
    ['Demo keys', demoKeys ? 'demo_customer_key, demo_service_key, demo_admin_key' : null],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(12)}${value}`]));
  return [
    '',
    'UniLLM Billing is ready. Ctrl-C stops it.',
    '',
    ...lines,
    '',
    ...tryIt(url, demoKeys),
    '',
  ].join('\n');
}

function tryIt(url: string, demoKeys: boolean): string[] {
  const query = demoKeys
    ? '{ balance { available } creditPackages { credits price { formatted } } }'
    : '{ creditPackages { credits price { formatted } } }';
  const key = demoKeys ? " -H 'authorization: Bearer demo_customer_key'" : '';
  return [
    '  Try it:',
    `  curl ${url}/graphql${key} -H 'content-type: application/json' -d '{"query":"${query}"}'`,
  ];
}

/** A path as short as it can be written from here. */
function nearby(path: string): string {
  const fromHere = relative('.', path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
