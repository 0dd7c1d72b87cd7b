/** A test account for US bank debits (https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test). */
export interface TestBankAccount {
  accountNumber: string;
  outcome: 'succeed' | 'fail' | 'stay_processing';
  failureCode: string;
  afterCharge?: 'dispute';
}

function failing(accountNumber: string, failureCode: string): TestBankAccount {
  return { accountNumber, outcome: 'fail', failureCode };
}

/** By the name that follows `pm_usBankAccount_`. */
const testBankAccounts = {
  success: { accountNumber: '000123456789', outcome: 'succeed', failureCode: '' },
  accountClosed: failing('000111111113', 'account_closed'),
  noAccount: failing('000111111116', 'no_account'),
  insufficientFunds: failing('000222222227', 'insufficient_funds'),
  debitNotAuthorized: failing('000333333335', 'debit_not_authorized'),
  dispute: { accountNumber: '000555555559', outcome: 'succeed', failureCode: '', afterCharge: 'dispute' },
  processing: { accountNumber: '000000000009', outcome: 'stay_processing', failureCode: '' },
} satisfies Record<string, TestBankAccount>;

export type BankAccountName = keyof typeof testBankAccounts;

export const testRoutingNumber = '110000000';

export function testBankAccount(name: BankAccountName): TestBankAccount {
  return testBankAccounts[name];
}

export function bankAccountByMagicId(id: string): BankAccountName | undefined {
  const name = id.replace(/^pm_usBankAccount_/, '');
  return name !== id && isBankAccountName(name) ? name : undefined;
}

export function bankAccountByNumber(number: string): BankAccountName | undefined {
  const found = Object.entries(testBankAccounts).find(([, account]) => account.accountNumber === number);
  return found && isBankAccountName(found[0]) ? found[0] : undefined;
}

function isBankAccountName(name: string): name is BankAccountName {
  return Object.hasOwn(testBankAccounts, name);
}
