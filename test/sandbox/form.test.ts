import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Stripe from 'stripe';
import { type FormNode, type FormValue, parseForm } from '../../src/sandbox/http/form.js';
import {
  filledText,
  list,
  mergeMetadata,
  metadata,
  readParams,
  shape,
  text,
} from '../../src/sandbox/http/params.js';

let sent = '';
const capturing = new Stripe('sk_test_form', {
  telemetry: false,
  httpClient: Stripe.createFetchHttpClient(async (_url, init) => {
    sent = String(init?.body ?? '');
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  }),
});

/** The body the SDK would send, taken from the SDK itself. */
async function encodedBySdk(params: object): Promise<string> {
  await capturing.rawRequest('POST', '/v1/anything', { ...params });
  return sent;
}

/** Names that Stripe allows: brackets would be ambiguous in its encoding. */
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((value) => !/[[\]]/.test(value));
const leaf = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.integer(), fc.boolean());
const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
  tree: fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('tree'),
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
  ),
}));

/** The tree as a form tells it: everything is text, and lists are nodes named by position. */
function asForm(value: unknown): FormValue {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asForm(item)]));
}

/** The same without prototypes' absence, which `toEqual` would not see anyway. */
function plain(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

describe('parseForm', () => {
  test('reads back whatever the SDK encodes', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (params) => {
        expect(plain(parseForm(await encodedBySdk(params)))).toEqual(plain(asForm(params)));
      }),
      { numRuns: 100 },
    );
  });

  test('never fails but with an answer for the caller', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        try {
          parseForm(body);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });

  test.each<[string, object]>([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a[b][c]=1&a[b][d]=2', { a: { b: { c: '1', d: '2' } } }],
    ['a[]=x&a[]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[0]=x&a[1]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[][b]=1&a[][c]=2&a[][b]=3', { a: { 0: { b: '1', c: '2' }, 1: { b: '3' } } }],
    ['a%5Bb%5D=c+d%20e', { a: { b: 'c d e' } }],
    ['a', { a: '' }],
    ['', {}],
    ['__proto__[polluted]=1', { ['__proto__']: { polluted: '1' } }],
  ])('%s', (body, expected) => {
    expect(JSON.stringify(parseForm(body))).toBe(JSON.stringify(expected));
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test.each([
    ['a name that is both text and more', 'a=1&a[b]=2'],
    ['broken percent-encoding', 'a=%zz'],
    ['deep nesting', `a${'[b]'.repeat(20)}=1`],
    ['very many parameters', Array(1001).fill('a=1').join('&')],
  ])('refuses %s', (_, body) => {
    expect(() => parseForm(body)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('readers', () => {
  const form = (body: string): FormNode => parseForm(body);

  test('a list keeps its order and refuses what is no list', () => {
    const fields = { a: list(text) };
    expect(readParams(fields, form('a[2]=z&a[0]=x&a[10]=last')).a).toEqual(['x', 'z', 'last']);
    expect(() => readParams(fields, form('a[b]=1'))).toThrow('Invalid array');
    expect(() => readParams(fields, form('a=1'))).toThrow('Invalid array');
  });

  test('unknown parameters are named as the caller wrote them', () => {
    const fields = { a: shape({ b: filledText }) };
    expect(() => readParams(fields, form('a[c]=1'))).toThrow('Received unknown parameter: a[c]');
    expect(() => readParams(fields, form('x=1&y=2'))).toThrow('Received unknown parameters: x, y');
    expect(() => readParams(fields, form('__proto__=1'))).toThrow('Received unknown parameter: __proto__');
  });

  test('metadata is merged key by key, and a key can be a number', () => {
    const read = (body: string) => metadata(form(body).metadata, 'metadata');
    expect(mergeMetadata({ a: '1', b: '2' }, read('metadata[a]=&metadata[0]=zero'))).toEqual({
      b: '2',
      0: 'zero',
    });
    expect(mergeMetadata({ a: '1' }, read('metadata='))).toEqual({});
    expect(mergeMetadata({ a: '1' }, undefined)).toEqual({ a: '1' });
    expect(() => read('metadata[a][b]=1')).toThrow('metadata values must be strings');
    expect(() => read(`metadata[${'k'.repeat(41)}]=1`)).toThrow('Metadata keys are at most 40');
  });
});
