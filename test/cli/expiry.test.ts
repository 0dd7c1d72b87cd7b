import { expect, it } from '@jest/globals';
import { parseExpiry } from '../../src/cli/expiry.js';
import { UsageError } from '../../src/cli/usage-error.js';

const now = new Date('2026-11-23T10:00:00Z');

it.each([
  ['90d', '2027-02-21T10:00:00.000Z'],
  ['12h', '2026-11-23T22:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2027-01-31T12:30:00Z', '2027-01-31T12:30:00.000Z'],
  ['2027-01-31T12:30+02:00', '2027-01-31T10:30:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(parseExpiry(text, now).toISOString()).toBe(expected);
});

it.each([
  '',
  'tomorrow',
  '90',
  '90w',
  '-5d',
  '1e3d',
  '2027-02-30',
  '2027-13-01',
  '2027-01-31T12:00',
  '31.01.2027',
  '2027',
])('"%s" is refused', (text) => {
  expect(() => parseExpiry(text, now)).toThrow(UsageError);
});
