import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prefixOf } from '../../src/accounts/api-key-token.js';
import { AuditStore } from '../../src/audit/audit.store.js';
import { Auditor } from '../../src/audit/auditor.js';
import type { Session } from '../../src/cli/command.js';
import { run } from '../../src/cli/run.js';
import { JournalMonthsStore } from '../../src/ledger/journal-months.store.js';
import { endlessAttempts } from '../../src/platform/jobs/enqueue.js';
import { createLog } from '../../src/platform/log.js';
import { UsageSummer } from '../../src/usage/sum-usage.job.js';
import { UsageSumsStore } from '../../src/usage/usage-sums.store.js';
import { InboxService } from '../../src/webhooks/inbox.service.js';
import { InboxStore } from '../../src/webhooks/inbox.store.js';
import { type OpenAccounts, openAccounts } from '../accounts/open-accounts.js';

interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

let room: OpenAccounts;
let session: Session;

beforeAll(async () => {
  room = await openAccounts();
  session = {
    ...room,
    auditor: new Auditor(room.uow, new AuditStore()),
    months: new JournalMonthsStore(),
    usageSummer: new UsageSummer(room.uow, new UsageSumsStore(), room.clock, createLog('error')),
    reconcile: () => Promise.reject(new Error('Tested with a whole server.')),
    inbox: new InboxService(
      room.uow,
      new InboxStore({
        pipelined: false,
        query: <Row>({ text }: { text: string }, values: readonly unknown[]) =>
          room.database.query<Row & object>(text, values),
      }),
      room.clock,
      createLog('error'),
      room.auditLog,
    ),
    migrate: () => Promise.reject(new Error('Tested with the built command line.')),
  };
});
afterAll(() => room.close());

async function cli(...words: string[]): Promise<Finished> {
  const printed = { stdout: '', stderr: '' };
  const terminal = {
    out: (text: string) => {
      printed.stdout += `${text}\n`;
    },
    err: (text: string) => {
      printed.stderr += `${text}\n`;
    },
  };
  const exitCode = await run(words, terminal, (work) => work(session));
  return { exitCode, ...printed };
}

async function json<T>(...words: string[]): Promise<T> {
  const { stdout, exitCode, stderr } = await cli(...words, '--json');
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

function expectFailure({ exitCode, stdout, stderr }: Finished, code: number, message: string): void {
  expect(stderr).toContain(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
}

describe('accounts', () => {
  it('are created and listed', async () => {
    const created = await cli(
      'account',
      'create',
      '--id',
      'acme',
      '--name',
      'Acme',
      '--email',
      'a@example.com',
    );
    expect(created).toEqual({
      exitCode: 0,
      stdout: 'Account  acme\nName     Acme\nEmail    a@example.com\n',
      stderr: '',
    });
    await cli('account', 'create', '--id', 'bolt', '--name', 'Bolt');

    const { stdout } = await cli('account', 'list');
    expect(stdout).toMatch(
      /^ID +NAME +EMAIL +CREATED\nacme +Acme +a@example\.com +\S+ \S+Z\nbolt +Bolt +- +\S+ \S+Z\n$/,
    );
    expect(await json('account', 'list', '--search', 'ACM')).toEqual([
      { id: 'acme', name: 'Acme', email: 'a@example.com', createdAt: expect.stringMatching(/Z$/) },
    ]);
    expect(await room.database.query('select account_id from credit_balances order by 1')).toEqual([
      { account_id: 'acme' },
      { account_id: 'bolt' },
    ]);

    const page = await cli('account', 'list', '--limit', '1');
    expect(page.stdout).not.toContain('bolt');
    expect(page.stderr).toBe('There are more: go on with --after acme\n');
    const rest = await cli('account', 'list', '--limit', '1', '--after', 'acme');
    expect(rest.stdout).toContain('bolt');
    expect(rest.stderr).toBe('');
  });

  it('are refused with a message and exit code 1', async () => {
    await cli('account', 'create', '--id', 'taken', '--name', 'First');
    expectFailure(
      await cli('account', 'create', '--id', 'taken', '--name', 'Second'),
      1,
      'There already is an account',
    );
    expectFailure(
      await cli('account', 'create', '--id', 'a b', '--name', 'X'),
      1,
      'An account id has 1 to 64',
    );
  });
});

describe('keys', () => {
  it('are printed once, work, and are revoked by prefix', async () => {
    const { exitCode, stdout, stderr } = await cli('key', 'create', '--role', 'admin', '--name', 'laptop');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('Copy the key now: it is not shown again.\n');
    const [token = ''] = /ubk_\w+/.exec(stdout) ?? [];
    const authenticator = room.authenticatorWith({ demoKeysAllowed: false });
    expect(await authenticator.authenticate(token)).toMatchObject({ role: 'ADMIN' });
    await authenticator.drain();

    const listed = await cli('key', 'list');
    expect(listed.stdout).toContain(prefixOf(token));
    expect(listed.stdout).not.toContain(token);

    const revoked = await cli('key', 'revoke', prefixOf(token));
    expect(revoked.exitCode).toBe(0);
    expect(revoked.stdout).toContain(`Revoked ${prefixOf(token)} (ADMIN, laptop)`);
    expect(await authenticator.authenticate(token)).toBeNull();
    expect((await cli('key', 'list')).stdout).not.toContain(prefixOf(token));
    expect((await cli('key', 'list', '--revoked')).stdout).toContain(prefixOf(token));
  });

  it('are listed by account and role, and revoked by id', async () => {
    await cli('account', 'create', '--id', 'keyed', '--name', 'Keyed');
    const { token, apiKey } = await json<{ token: string; apiKey: { id: string } }>(
      ...[
        'key',
        'create',
        '--role',
        'CUSTOMER',
        '--account',
        'keyed',
        '--name',
        'browser',
        '--expires',
        '30d',
      ],
    );
    expect(apiKey).toMatchObject({
      prefix: prefixOf(token),
      role: 'CUSTOMER',
      accountId: 'keyed',
      revokedAt: null,
    });
    expect(await json('key', 'list', '--account', 'keyed', '--role', 'customer')).toEqual([apiKey]);
    expect(await json('key', 'list', '--account', 'keyed', '--role', 'service')).toEqual([]);
    expect(await json('key', 'revoke', apiKey.id)).toMatchObject({ revokedAt: expect.any(String) });
  });

  it('are refused with a message and exit code 1 or 2', async () => {
    const create = (...rest: string[]) => cli('key', 'create', '--name', 'x', ...rest);
    expectFailure(await create('--role', 'customer'), 1, 'A CUSTOMER key belongs to an account');
    expectFailure(await create('--role', 'customer', '--account', 'nobody'), 1, 'Account not found.');
    expectFailure(await create('--role', 'king'), 2, '--role is one of CUSTOMER, SERVICE, ADMIN.');
    expectFailure(await create('--role', 'admin', '--expires', 'soon'), 2, '--expires is a duration');
    expectFailure(await create('--role', 'admin', '--expires', '2020-01-01'), 1, 'must expire in the future');
    expectFailure(await create('--role', 'admin', '--expires', '3651d'), 1, 'expires within 3650 days');
    expectFailure(await cli('key', 'list', '--limit', '0'), 2, '--limit is a number from 1 to 1000.');
    expectFailure(await cli('key', 'list', '--after', 'x'), 2, '--after is the id of a key.');
    expectFailure(await cli('key', 'revoke', 'ubk_00000000'), 1, 'API key not found.');
  });
});

describe('the audit', () => {
  it('says that sound books are sound', async () => {
    await cli('account', 'create', '--id', 'audited', '--name', 'Audited');
    const { exitCode, stdout } = await cli('audit', '--account', 'audited');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Accounts +1\n.*\nOperations +0\nTransfers +0\nFindings +0\n/s);
    expect(await json('audit')).toMatchObject({ sound: true, findings: 0, shown: [] });
  });

  it('names what differs, with exit code 1', async () => {
    await cli('account', 'create', '--id', 'forged', '--name', 'Forged');
    await room.database.query(`update credit_balances set available = 5 where account_id = 'forged'`);
    const { exitCode, stdout, stderr } = await cli('audit');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(
      /\nACCOUNT +KIND +WHAT +EXPECTED +FOUND\nforged +BALANCE_DIFFERS +balance available +0 +5\n/,
    );
    const asJson = await cli('audit', '--json');
    expect(asJson.exitCode).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      sound: false,
      accountsWithFindings: 1,
      shown: [{ accountId: 'forged' }, { accountId: 'forged' }],
    });
    expect((await cli('audit', '--account', 'audited')).exitCode).toBe(0);
  });

  it('does not know an account that nothing names', async () => {
    expectFailure(await cli('audit', '--account', 'nobody'), 1, 'Account not found.');
  });
});

describe("the journal's months", () => {
  it('are listed, detached and attached', async () => {
    for (const month of ['2025-10', '2025-11', '2025-12'])
      await room.database.query('select ensure_journal_month($1)', [`${month}-15`]);
    expect((await cli('journal', 'detach', '2025-10')).stdout).toBe('Detached 2025-10.\n');
    const { stdout } = await cli('journal', 'list');
    expect(stdout).toMatch(
      /^MONTH +STATE +OPERATIONS +FURTHER TRANSFERS +MB\n2025-10 +detached +0 +0 +\d\.\d\n2025-11 +attached/,
    );
    expect((await cli('journal', 'attach', '2025-10')).stdout).toBe('Attached 2025-10.\n');
    expect(await json('journal', 'list')).toMatchObject([
      { month: '2025-10', isAttached: true, operations: 0, bytes: expect.any(Number) },
      { month: '2025-11' },
      { month: '2025-12' },
    ]);
  });

  it('are refused with a message and exit code 1 or 2', async () => {
    expectFailure(await cli('journal', 'detach', '2025-12'), 1, 'The current month and the one before it');
    expectFailure(await cli('journal', 'detach', '2025-11'), 1, 'Only the oldest attached month');
    for (const month of ['2025-09', '2999-01', '9999-12'])
      expectFailure(await cli('journal', 'detach', month), 1, `Attached month ${month} not found.`);
    expectFailure(await cli('journal', 'detach', '2025-13'), 2, 'MONTH is a month such as 2026-01.');
  });
});

describe("the inbox of Stripe's events", () => {
  beforeAll(async () => {
    await room.database.query(
      `insert into webhook_events
         (id, type, status, payload, attempts, outcome, payment_intent_id, created_at, received_at, processed_at)
       select 'evt_' || n, 'payment_intent.succeeded', status, '{}', 1, outcome, 'pi_' || n, at, at, at
         from (values (1, 'PROCESSED', null), (2, 'FAILED', 'PAYMENT_MISMATCH'), (3, 'PROCESSED', null))
           as events (n, status, outcome),
         lateral (select timestamptz '2026-01-15T12:00:00Z' + n * interval '1 s' as at) received`,
    );
  });

  it('is listed, newest first', async () => {
    const first = await cli('webhooks', 'list', '--limit', '2');
    expect(first.stdout).toMatch(
      /^ID +TYPE +STATUS +ATTEMPTS +RECEIVED +NEXT ATTEMPT +OUTCOME\nevt_3 .+\nevt_2 +payment_intent\.succeeded +FAILED +1 +2026-01-15 12:00:02Z +- +PAYMENT_MISMATCH\n$/,
    );
    expect(first.stderr).toBe('There may be more: go on with --after evt_2\n');
    expect(await json('webhooks', 'list', '--after', 'evt_2')).toMatchObject([{ id: 'evt_1' }]);
    expect(await json('webhooks', 'list', '--status', 'failed')).toMatchObject([{ id: 'evt_2' }]);
    expect(await json('webhooks', 'list', '--intent', 'pi_3')).toMatchObject([{ id: 'evt_3' }]);
    expectFailure(await cli('webhooks', 'list', '--status', 'lost'), 2, '--status is one of');
  });

  it('is replayed, event by event', async () => {
    expect((await cli('webhooks', 'replay', 'evt_2')).stdout).toBe(
      'evt_2 (payment_intent.succeeded) will be processed again.\n',
    );
    expect(await json('webhooks', 'list', '--status', 'received')).toMatchObject([
      { id: 'evt_2', outcome: null, attempts: 1, processedAt: null },
    ]);
    const jobs = await room.database.query('select task_identifier, max_attempts from graphile_worker.jobs');
    expect(jobs).toEqual([{ task_identifier: 'process_webhook_event', max_attempts: endlessAttempts }]);
    expectFailure(await cli('webhooks', 'replay', 'evt_9'), 1, 'Webhook event not found.');
  });
});
