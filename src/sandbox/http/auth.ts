import { type ApiError, unauthorized } from './errors.js';
import type { FormNode } from './form.js';

export type KeyKind = 'secret' | 'publishable';

/**
 * Which kind of key a request carries (https://docs.stripe.com/api/authentication): a test key as bearer token
 * or as Basic user name, or Stripe.js's `key` parameter. Live keys are refused, so that one pasted by mistake
 * is noticed.
 */
export function authenticate(authorization: string | undefined, form: FormNode): KeyKind {
  const key = keyFrom(authorization) ?? publishableParameter(form);
  if (!key) {
    throw unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for " +
        'details, or we can help at https://support.stripe.com/.',
    );
  }
  if (/^[sr]k_test_\w+$/.test(key)) return 'secret';
  if (/^pk_test_\w+$/.test(key)) return 'publishable';
  if (/^(sk|rk|pk)_live_/.test(key)) {
    throw unauthorized('The sandbox refuses live keys. Use a test key (sk_test_…): no money moves here.');
  }
  throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

export function secretKeyRequired(): ApiError {
  return unauthorized(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of ' +
      'your API keys at https://dashboard.stripe.com/account/apikeys.',
    'secret_key_required',
  );
}

function keyFrom(authorization: string | undefined): string | undefined {
  const [scheme, credentials] = authorization?.split(/\s+/, 2) ?? [];
  if (!credentials) return undefined;
  if (/^bearer$/i.test(scheme ?? '')) return credentials;
  if (!/^basic$/i.test(scheme ?? '')) return undefined;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':', 1)[0];
}

function publishableParameter(form: FormNode): string | undefined {
  const key = form.key;
  return typeof key === 'string' && key.startsWith('pk_') ? key : undefined;
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`;
}
