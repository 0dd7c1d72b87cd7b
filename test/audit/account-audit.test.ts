import { describe, expect, it } from '@jest/globals';
import { AccountAudit } from '../../src/audit/account-audit.js';
import { maxFindingsPerAccount } from '../../src/audit/finding.js';
import { formatInstant, instantOf, isWholeMillis } from '../../src/audit/instant.js';
import type { AccountRow, FurtherTransferRow } from '../../src/audit/rows.js';

const account: AccountRow = {
  account_id: 'ada',
  opened_at: '2026-01-01 00:00:00+00',
  available: '0',
  held: '0',
  owed: '0',
  last_seq: '0',
  head_hash: '',
  next_change_at: null,
  updated_at: '2026-01-01 00:00:00+00',
};
const stray: FurtherTransferRow = {
  account_id: 'ada',
  operation_seq: '1',
  line: 1,
  created_at: '2026-01-01 00:00:00+00',
  debit_account: 'issued',
  credit_account: 'available',
  amount: '5',
  lot_id: null,
};

describe('the audit of an account', () => {
  it('finds nothing in empty books', () => {
    expect(new AccountAudit(account, null).finish()).toEqual({
      accountId: 'ada',
      operations: 0,
      transfers: 0,
      beginsDetached: false,
      isComplete: true,
      findings: [],
      findingsCount: 0,
    });
  });

  it('never throws: what it cannot check is a finding', () => {
    const audit = new AccountAudit(account, null);
    audit.stray({ ...stray, operation_seq: 'one' });
    audit.stray(stray);
    expect(audit.finish().findings).toEqual([
      {
        accountId: 'ada',
        kind: 'NOT_CHECKED',
        subject: 'account',
        expected: 'a check to the end',
        found: expect.stringContaining('one'),
      },
    ]);
  });

  it('keeps the first findings, and counts the others', () => {
    const audit = new AccountAudit(account, null);
    for (let i = 0; i < 2 * maxFindingsPerAccount; i++) audit.stray(stray);
    const { findings, findingsCount, transfers } = audit.finish();
    expect(findings).toHaveLength(maxFindingsPerAccount);
    expect({ findingsCount, transfers }).toEqual({
      findingsCount: 2 * maxFindingsPerAccount,
      transfers: 2 * maxFindingsPerAccount,
    });
  });

  it('says that it was not finished', () => {
    expect(new AccountAudit(account, null).abandon()).toMatchObject({ isComplete: false });
  });

  it.each([
    ['2025-12-01 00:00:00+00', false],
    ['2026-02-01 00:00:00+00', true],
  ])('takes all operations for detached only where the account is older: %s', (begins, beginsDetached) => {
    const report = new AccountAudit(
      { ...account, last_seq: '7', head_hash: 'ab' },
      instantOf(begins),
    ).finish();
    expect(report.beginsDetached).toBe(beginsDetached);
    expect(report.findingsCount > 0).toBe(!beginsDetached);
  });
});

describe('an instant', () => {
  it.each([
    ['2026-01-15 12:00:00+00', '2026-01-15T12:00:00.000Z', true],
    ['2026-01-15 12:00:00.5+00', '2026-01-15T12:00:00.500Z', true],
    ['2026-01-15 12:00:00.123456+00', '2026-01-15T12:00:00.123456Z', false],
    ['2026-01-15 12:00:00.000001+00', '2026-01-15T12:00:00.000001Z', false],
    ['infinity', 'no instant', false],
  ])('%s is %s', (text, iso, isWhole) => {
    expect(formatInstant(instantOf(text))).toBe(iso);
    expect(isWholeMillis(instantOf(text))).toBe(isWhole);
  });
});
