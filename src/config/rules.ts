import type { Given, Values, VariableName } from './variables.js';

/** What must hold between variables. Each rule names the variable to change. */
export function brokenRules(values: Values, given: Given): string[] {
  return [
    ...stripeKeysBelongTogether(values, given),
    ...liveMoneyIsForProduction(values, given),
    ...productionIsExplicit(values, given),
  ];
}

export const isLive = (key: string): boolean => /^[a-z]+_live_/.test(key);

const stripeVariables: readonly VariableName[] = [
  'STRIPE_SECRET_KEY',
  'STRIPE_PUBLISHABLE_KEY',
  'STRIPE_WEBHOOK_SECRET',
];

/** All three or none: half a Stripe account would quietly fall back to the sandbox, or fail at the first webhook. */
function* stripeKeysBelongTogether(values: Values, given: Given): Generator<string> {
  const present = [...stripeVariables, 'STRIPE_API_BASE' as const].find((name) => given.has(name));
  if (present) {
    for (const name of stripeVariables) {
      if (!given.has(name)) yield `${name}: required, because ${present} is set`;
    }
  }
  const { STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable } = values;
  if (secret && publishable && isLive(secret) !== isLive(publishable)) {
    yield 'STRIPE_PUBLISHABLE_KEY: must be of the same mode as STRIPE_SECRET_KEY; one is a test key, the other a live key';
  }
}

/** A key that moves real money is used only where nothing is a stand-in. */
function* liveMoneyIsForProduction(values: Values, given: Given): Generator<string> {
  if (!values.STRIPE_SECRET_KEY || !isLive(values.STRIPE_SECRET_KEY)) return;
  if (values.NODE_ENV !== 'production' && !isMalformed('NODE_ENV', values, given)) {
    yield 'STRIPE_SECRET_KEY: a live key is refused unless NODE_ENV is production; use a test key';
  }
  if (values.DEMO_KEYS) yield 'DEMO_KEYS: must be off beside a live Stripe key';
  if (values.STRIPE_API_BASE && isStandIn(values.STRIPE_API_BASE)) {
    yield 'STRIPE_API_BASE: a live Stripe key is not sent to a local or unencrypted address; remove this variable';
  }
}

function* productionIsExplicit(values: Values, given: Given): Generator<string> {
  if (values.NODE_ENV !== 'production') return;
  if (!given.has('DATABASE_URL')) yield 'DATABASE_URL: required in production';
  if (!stripeVariables.some((name) => given.has(name)) && !given.has('STRIPE_API_BASE')) {
    for (const name of stripeVariables) yield `${name}: required in production, which has no Stripe sandbox`;
  }
  const { DEMO_KEYS, STRIPE_SECRET_KEY, STRIPE_API_BASE, CORS_ORIGINS } = values;
  const live = STRIPE_SECRET_KEY !== undefined && isLive(STRIPE_SECRET_KEY);
  if (DEMO_KEYS && !live) yield 'DEMO_KEYS: must be off in production';
  if (STRIPE_API_BASE && isStandIn(STRIPE_API_BASE) && !live) {
    yield 'STRIPE_API_BASE: a local or unencrypted address (the sandbox) is refused in production';
  }
  if (given.has('SANDBOX_PORT'))
    yield 'SANDBOX_PORT: the Stripe sandbox is refused in production; remove this variable';
  if (CORS_ORIGINS?.includes('*'))
    yield 'CORS_ORIGINS: "*" is refused in production; list the origins of your own sites';
}

const isMalformed = (name: VariableName, values: Values, given: Given): boolean =>
  given.has(name) && values[name] === undefined;

const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

/** Whether an API base can only be a stand-in for Stripe: unencrypted, or on this machine. */
function isStandIn(apiBase: string): boolean {
  const { protocol, hostname } = new URL(apiBase);
  return protocol !== 'https:' || loopback.test(hostname);
}
