import { describe, expect, it } from '@jest/globals';
import { loopbackServerIn } from '../../web/playground/src/content-policy.js';
import { dropHeaders } from '../../web/playground/src/drop-headers.js';
import {
  choicesOffered,
  demoKeys,
  keyOf,
  namesAuthorization,
  requestHeaders,
} from '../../web/playground/src/keys/api-keys.js';
import { createdPaymentIn } from '../../web/playground/src/purchase/created-payment.js';
import { withPaymentIntentId } from '../../web/playground/src/purchase/payment-variable.js';

describe('the key that is sent', () => {
  it('is the chosen one', () => {
    expect(keyOf('admin', 'typed')).toBe(demoKeys.admin);
    expect(keyOf('other', ' typed ')).toBe('typed');
    expect(keyOf('other', '  ')).toBeNull();
    expect(keyOf('none', 'typed')).toBeNull();
    expect(requestHeaders({}, 'abc')).toEqual({ authorization: 'Bearer abc' });
    expect(requestHeaders({ 'X-Request-Id': 'r1' }, null)).toEqual({ 'x-request-id': 'r1' });
  });

  it('yields to an Authorization in the headers of the tab, however it is spelled', () => {
    expect(requestHeaders({ AUTHORIZATION: 'Bearer mine' }, 'abc')).toEqual({ authorization: 'Bearer mine' });
    expect(namesAuthorization('{"Authorization": "Bearer mine"}')).toBe(true);
    expect(namesAuthorization('{"x-request-id": "authorization"}')).toBe(false);
    expect(namesAuthorization(null)).toBe(false);
  });

  it('is no demo key where none are offered', () => {
    expect(choicesOffered(false)).toEqual(['other', 'none']);
    expect(choicesOffered(true)[0]).toBe('customer');
  });
});

describe('what is stored', () => {
  it('has no headers', () => {
    const tabs = {
      tabs: [{ id: '1', headers: '{"Authorization":"Bearer s"}', variables: '{"headers":"kept"}' }],
    };
    expect(JSON.parse(dropHeaders(JSON.stringify(tabs)))).toEqual({
      tabs: [{ id: '1', headers: null, variables: '{"headers":"kept"}' }],
    });
  });

  it('is otherwise as it was', () => {
    expect(dropHeaders('dark')).toBe('dark');
    expect(dropHeaders('query { "headers" }')).toBe('query { "headers" }');
  });
});

describe('a created payment', () => {
  const created = { paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_2', publishableKey: 'pk_test_1' };

  it('is found under any alias, and described as far as the operation asked', () => {
    expect(createdPaymentIn({ bought: created })).toEqual({ ...created, description: 'pi_1' });
    const payment = { credits: 500, price: { formatted: '$45.00' } };
    expect(createdPaymentIn({ bought: { ...created, payment } })?.description).toBe('500 credits for $45.00');
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ createPaymentIntent: null }],
    [{ createPaymentIntent: { ...created, clientSecret: undefined } }],
    [{ payment: { paymentIntentId: 'pi_1' } }],
  ])('is not seen in %j', (data) => {
    expect(createdPaymentIn(data)).toBeNull();
  });

  it('takes the place of the last one in the variables, and leaves the rest of them', () => {
    expect(withPaymentIntentId('{\n  "paymentIntentId": "",\n  "amount": 900\n}', 'pi_2')).toBe(
      '{\n  "paymentIntentId": "pi_2",\n  "amount": 900\n}',
    );
    expect(withPaymentIntentId('{"paymentIntentId":"pi_1"}', 'pi_2')).toBe('{"paymentIntentId":"pi_2"}');
    expect(withPaymentIntentId('{"first": 10}', 'pi_2')).toBe('{"first": 10}');
  });
});

describe('the sandbox that a Content-Security-Policy lets the page reach', () => {
  it.each([
    ["default-src 'self';connect-src 'self' http://127.0.0.1:12111;img-src data:", 'http://127.0.0.1:12111'],
    ["connect-src 'self' http://localhost:12200", 'http://localhost:12200'],
    ["default-src 'self'; connect-src 'self'", null],
    ["connect-src 'self' https://api.stripe.com", null],
    ["img-src http://localhost:12111; connect-src 'self'", null],
    ['', null],
  ])('in %j is %j', (policy, origin) => {
    expect(loopbackServerIn(policy)).toBe(origin);
  });
});
