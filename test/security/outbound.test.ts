import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLInputType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { paymentQuery } from '../support/operations.js';
import { newCustomer, type TestCustomer } from '../support/purchase.js';
import { startTestService, type TestService } from '../support/service.js';

/** The rooms that may open connections to elsewhere: to Stripe, and, for the stand-in, to us. */
const mayCallOut = /^src\/(stripe|sandbox|cli\/demo)\//;
const callsOut =
  /(?<![#.\w])fetch\(|\bhttps?\.(get|request)\(|\b(httpRequest|httpsRequest)\(|\b(net|tls)\.connect\(|WebSocket\(/;

describe('server-side request forgery', () => {
  it('has nothing to begin with: no input of the schema is an address', () => {
    const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
    const names: string[] = [];
    const collect = (path: string, type: GraphQLInputType) => {
      names.push(path);
      const named = getNamedType(type);
      if (!isInputObjectType(named)) return;
      for (const field of Object.values(named.getFields())) collect(`${path}.${field.name}`, field.type);
    };
    for (const type of [schema.getQueryType(), schema.getMutationType()]) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields()))
        for (const arg of field.args) collect(arg.name, arg.type);
    }
    expect(names.length).toBeGreaterThan(50);
    expect(
      names.filter((name) => /ur[il]|host|address|callback|webhook|endpoint|domain/i.test(name)),
    ).toEqual([]);
  });

  it('has no place to happen: only the rooms of Stripe and of its stand-in call out', () => {
    const callers = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join('src', path))
      .filter((path) => callsOut.test(readFileSync(path, 'utf8')));
    expect(callers.length).toBeGreaterThan(0);
    expect(callers.filter((path) => !mayCallOut.test(path))).toEqual([]);
  });
});

describe('an id of a payment', () => {
  let service: TestService;
  let customer: TestCustomer;
  beforeAll(async () => {
    service = await startTestService();
    customer = await newCustomer(service);
  });
  afterAll(() => service.close());

  it.each([
    '../customers',
    'pi_1/../../refunds',
    'pi_1?expand[]=customer',
    'pi_1%2F..%2Fbalance',
    'http://169.254.169.254/latest/meta-data',
    '//evil.example/v1/payment_intents',
    'pi_1#',
    'pi_1 HTTP/1.1\r\nHost: evil.example',
  ])('cannot lead Stripe anywhere else: %p', async (paymentIntentId) => {
    const asked = service.sandbox.requests().length;
    await expect(customer.client.request(paymentQuery, { paymentIntentId })).rejects.toMatchObject({
      response: { errors: [{ extensions: { code: expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT)$/) } }] },
    });
    const confirm =
      'mutation ($id: ID!) { confirmPayment(input: { paymentIntentId: $id }) { creditsAdded } }';
    await expect(customer.client.request(confirm, { id: paymentIntentId })).rejects.toMatchObject({
      response: { errors: [{ extensions: { code: expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT)$/) } }] },
    });
    expect(service.sandbox.requests()).toHaveLength(asked);
  });
});
