import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WebhookVerifier } from '../../src/stripe/webhook-verifier.js';
import {
  type RejectionReason,
  type VerifiedEvent,
  WebhookRejected,
} from '../../src/webhooks/verified-event.js';
import { FakeClock } from '../support/clock.js';
import { eventBody, intentObject, sign } from '../webhooks/events.js';

const clock = new FakeClock();
const [current, previous] = ['whsec_current', 'whsec_previous'] as const;
const verifier = new WebhookVerifier([current, previous], false, clock);

const verify = (body: string, header: string | undefined): VerifiedEvent =>
  verifier.verify(Buffer.from(body), header);
const verifySigned = (body: string): VerifiedEvent => verify(body, sign(body, current, clock));

function rejectionOf(attempt: () => unknown): WebhookRejected {
  try {
    attempt();
  } catch (error) {
    if (error instanceof WebhookRejected) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}
const reasonOf = (attempt: () => unknown): RejectionReason => rejectionOf(attempt).reason;

describe('a signed event', () => {
  it('becomes our own type', () => {
    const body = eventBody();
    expect(verifySigned(body)).toEqual({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      createdAt: new Date(1_768_478_300_000),
      apiVersion: '2026-10-28.endive',
      livemode: false,
      objectId: 'pi_1',
      objectType: 'payment_intent',
      paymentIntentId: 'pi_1',
      payload: JSON.parse(body),
    });
  });

  it.each([current, previous])('is accepted under each active secret: %s', (secret) => {
    const body = eventBody();
    expect(verify(body, sign(body, secret, clock)).id).toBe('evt_1');
  });

  it('is accepted when one of several signatures fits, whatever other schemes claim', () => {
    const body = eventBody();
    const [timestamp, valid] = sign(body, previous, clock).split(',');
    const [, foreign] = sign(body, 'whsec_replaced', clock).split(',');
    expect(verify(body, `${timestamp},${foreign},${valid},v0=6ffbb59b,v12=x/y+z=`).id).toBe('evt_1');
  });

  it.each([-60, 0, 300])('is accepted %d seconds after it was signed', (ageSeconds) => {
    const body = eventBody();
    expect(verify(body, sign(body, current, clock, { ageSeconds })).id).toBe('evt_1');
  });

  it.each(['2014-01-31', '2099-01-01.future', null])('may be of any API version: %s', (version) => {
    expect(verifySigned(eventBody({ api_version: version })).apiVersion).toBe(version);
  });

  it.each([
    ['a payment intent', intentObject({ id: 'pi_7' }), 'pi_7'],
    ['a charge', { id: 'ch_1', object: 'charge', payment_intent: 'pi_7' }, 'pi_7'],
    ['a charge without one', { id: 'ch_1', object: 'charge', payment_intent: null }, null],
    ['a refund', { id: 're_1', object: 'refund', payment_intent: 'pi_7' }, 'pi_7'],
    [
      'an expanded refund',
      { id: 're_1', object: 'refund', payment_intent: intentObject({ id: 'pi_7' }) },
      'pi_7',
    ],
    ['a customer', { id: 'cus_1', object: 'customer' }, null],
    ['a balance', { object: 'balance' }, null],
  ])('names the payment intent of %s', (_name, object, paymentIntentId) => {
    const event = verifySigned(eventBody({ data: { object } }));
    expect(event).toMatchObject({
      paymentIntentId,
      objectId: 'id' in object ? object.id : null,
      objectType: object.object,
    });
  });
});

describe('what is refused', () => {
  const body = eventBody();
  const signature = 'a'.repeat(64);
  const [timestamp = '', valid = ''] = sign(body, current, clock).split(',');

  it.each<[string, string | undefined, RejectionReason]>([
    ['no header', undefined, 'HEADER_MISSING'],
    ['an empty header', '', 'HEADER_MISSING'],
    ['a huge header', `${timestamp},${valid}${`,v1=${signature}`.repeat(20)}`, 'HEADER_TOO_LONG'],
    ['no timestamp', valid, 'HEADER_MALFORMED'],
    ['two timestamps', `${timestamp},${timestamp},${valid}`, 'HEADER_MALFORMED'],
    [
      'a header sent twice, as Node joins it',
      `${timestamp},${valid}, ${timestamp},${valid}`,
      'HEADER_MALFORMED',
    ],
    ['a timestamp with a tail', `${timestamp}abc,${valid}`, 'HEADER_MALFORMED'],
    ['a negative timestamp', `t=-1,${valid}`, 'HEADER_MALFORMED'],
    ['a signature that is empty', `${timestamp},v1=`, 'HEADER_MALFORMED'],
    ['a signature that is not ASCII', `${timestamp},v1=${'é'.repeat(64)}`, 'HEADER_MALFORMED'],
    ['upper case', `${timestamp},${valid.replace(/[a-f]/g, (hex) => hex.toUpperCase())}`, 'HEADER_MALFORMED'],
    ['a trailing comma', `${timestamp},${valid},`, 'HEADER_MALFORMED'],
    ['no signature', timestamp, 'SIGNATURE_SCHEME_UNKNOWN'],
    ['scheme v0 only', sign(body, current, clock, { scheme: 'v0' }), 'SIGNATURE_SCHEME_UNKNOWN'],
    ['a forged signature', `${timestamp},v1=${signature}`, 'SIGNATURE_MISMATCH'],
    ['another secret', sign(body, 'whsec_other', clock), 'SIGNATURE_MISMATCH'],
    ['a stale signature', sign(body, current, clock, { ageSeconds: 301 }), 'TIMESTAMP_TOO_OLD'],
    ['a stale forgery', sign(body, 'whsec_other', clock, { ageSeconds: 301 }), 'TIMESTAMP_TOO_OLD'],
    ['the future', sign(body, current, clock, { ageSeconds: -61 }), 'TIMESTAMP_IN_FUTURE'],
  ])('%s', (_name, header, reason) => {
    const rejection = rejectionOf(() => verify(body, header));
    expect(rejection.reason).toBe(reason);
    expect(rejection.publicMessage).toBe('The signature could not be verified.');
  });

  it('a replay, once its time is over', () => {
    const later = new FakeClock();
    const patient = new WebhookVerifier([current], false, later);
    const header = sign(body, current, later);
    expect(patient.verify(Buffer.from(body), header).id).toBe('evt_1');
    later.advance(301_000);
    expect(reasonOf(() => patient.verify(Buffer.from(body), header))).toBe('TIMESTAMP_TOO_OLD');
  });

  it('a timestamp moved to make a replay fresh', () => {
    const stale = sign(body, current, clock, { ageSeconds: 600 });
    expect(reasonOf(() => verify(body, stale.replace(/^t=\d+/, timestamp)))).toBe('SIGNATURE_MISMATCH');
  });

  it('an empty body', () => {
    expect(reasonOf(() => verify('', sign('', current, clock)))).toBe('SIGNATURE_MISMATCH');
  });

  it.each<[string, string, RejectionReason]>([
    ['not JSON', '{"id":', 'BODY_NOT_JSON'],
    ['an array', '[]', 'BODY_NOT_JSON'],
    ['null', 'null', 'BODY_NOT_JSON'],
    ['a byte order mark', `\uFEFF${body}`, 'BODY_NOT_JSON'],
    [
      'a thin event',
      '{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.no_meter_found"}',
      'THIN_EVENT',
    ],
    ['another object', eventBody({ object: 'payment_intent' }), 'NOT_AN_EVENT'],
    ['an id of another kind', eventBody({ id: 'pi_1' }), 'NOT_AN_EVENT'],
    ['no type', eventBody({ type: undefined }), 'NOT_AN_EVENT'],
    ['no mode', eventBody({ livemode: undefined }), 'NOT_AN_EVENT'],
    ['a mode in words', eventBody({ livemode: 'false' }), 'NOT_AN_EVENT'],
    ['a date in words', eventBody({ created: '2026-01-15' }), 'NOT_AN_EVENT'],
    ['a date beyond all calendars', eventBody({ created: 1e300 }), 'NOT_AN_EVENT'],
    ['no object', eventBody({ data: {} }), 'NOT_AN_EVENT'],
    ['a list for its object', eventBody({ data: { object: [] } }), 'NOT_AN_EVENT'],
    ['live mode', eventBody({ livemode: true }), 'WRONG_MODE'],
  ])('a signed body that is %s', (_name, signedBody, reason) => {
    expect(reasonOf(() => verifySigned(signedBody))).toBe(reason);
  });

  it('a signed body that is not UTF-8', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(reasonOf(() => verifier.verify(bytes, sign('{\uFFFD}', current, clock)))).toBe('BODY_NOT_UTF8');
  });

  it('test mode, where the keys are live, in words that say so', () => {
    const live = new WebhookVerifier([current], true, clock);
    const rejection = rejectionOf(() => live.verify(Buffer.from(body), `${timestamp},${valid}`));
    expect(rejection.publicMessage).toBe('This endpoint takes live mode events only.');
  });

  it('secrets that would verify nothing', () => {
    expect(() => new WebhookVerifier([], false, clock)).toThrow('signing secrets');
    expect(() => new WebhookVerifier([current, ' '], false, clock)).toThrow('signing secrets');
  });

  it('without telling a secret or the body', () => {
    const rejection = rejectionOf(() => verify('{"private":1', sign('{"private":1', current, clock)));
    expect(String(rejection.stack)).not.toMatch(/whsec|private/);
  });
});

describe('any single changed byte', () => {
  const body = Buffer.from(eventBody());
  const header = Buffer.from(sign(body.toString(), current, clock), 'latin1');

  /** The bytes with one of them replaced, inserted or removed. */
  const mutationOf = (bytes: Buffer) =>
    fc
      .record({
        at: fc.nat(bytes.length - 1),
        byte: fc.integer({ min: 0, max: 255 }),
        edit: fc.constantFrom('replace', 'insert', 'remove'),
      })
      .map(({ at, byte, edit }) =>
        Buffer.concat([
          bytes.subarray(0, at),
          edit === 'remove' ? Buffer.alloc(0) : Buffer.from([byte]),
          bytes.subarray(edit === 'insert' ? at : at + 1),
        ]),
      )
      .filter((mutated) => !mutated.equals(bytes));

  it('of the body refuses it', () => {
    fc.assert(
      fc.property(mutationOf(body), (mutated) => {
        expect(() => verifier.verify(mutated, header.toString('latin1'))).toThrow(WebhookRejected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of the header refuses it', () => {
    fc.assert(
      fc.property(mutationOf(header), (mutated) => {
        expect(() => verifier.verify(body, mutated.toString('latin1'))).toThrow(WebhookRejected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses bytes that a lenient decoder would read as the same text', () => {
    const text = eventBody({ data: { object: intentObject({ description: '\uFFFD' }) } });
    const bytes = Buffer.from(text);
    const at = bytes.indexOf(Buffer.from('\uFFFD'));
    const lookalike = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
    expect(lookalike.toString()).toBe(text);
    const signed = sign(text, current, clock);
    expect(verifier.verify(bytes, signed).id).toBe('evt_1');
    expect(reasonOf(() => verifier.verify(lookalike, signed))).toBe('BODY_NOT_UTF8');
  });
});
