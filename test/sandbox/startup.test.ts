import { afterEach, describe, expect, test } from '@jest/globals';
import { readFlags } from '../../src/sandbox/flags.js';
import { SandboxError, startSandbox } from '../../src/sandbox/index.js';
import { sdk, silent, TestClock, testSandbox } from './support.js';

const { NODE_ENV } = process.env;
afterEach(() => {
  process.env.NODE_ENV = NODE_ENV;
});

test('it does not start in production', async () => {
  process.env.NODE_ENV = 'production';
  await expect(testSandbox()).rejects.toMatchObject({ code: 'SANDBOX_IN_PRODUCTION' });
});

test('a port in use is a clear error', async () => {
  const first = await testSandbox();
  await expect(testSandbox({ port: first.port })).rejects.toMatchObject({
    name: 'SandboxError',
    code: 'SANDBOX_PORT_IN_USE',
    message: expect.stringContaining(`127.0.0.1:${first.port}: the port is in use`),
  });
  await first.close();
});

test('without a seed each start has its own, and its own ids', async () => {
  const options = { clock: new TestClock(), log: silent, port: 0 };
  const [first, second] = [await startSandbox(options), await startSandbox(options)];
  expect(first.seed).not.toBe(second.seed);
  expect((await sdk(first).customers.create()).id).not.toBe((await sdk(second).customers.create()).id);
  await Promise.all([first.close(), second.close()]);
});

test('closing ends requests that hang and connections that are kept alive', async () => {
  const sandbox = await testSandbox();
  const stripe = sdk(sandbox);
  await stripe.balance.retrieve();
  sandbox.faults.api({ fault: 'timeout' });
  const hanging = stripe.customers.list().catch((error: Error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const started = Date.now();
  await Promise.all([sandbox.close(), sandbox.close()]);
  expect(Date.now() - started).toBeLessThan(500);
  expect(await hanging).toContain('error');
});

describe('flags', () => {
  test('are read', () => {
    expect(readFlags([])).toEqual({});
    expect(readFlags(['--help'])).toBe('help');
    expect(
      readFlags('--port 0 --seed 7 --data ./x --forward-to http://localhost:1/h --secret whsec_1'.split(' ')),
    ).toEqual({
      port: 0,
      seed: 7,
      dataDir: './x',
      webhook: { url: 'http://localhost:1/h', secret: 'whsec_1' },
    });
  });

  test.each([
    ['--port x', '--port must be a whole number from 0 to 65535: x'],
    ['--seed -1', '--seed'],
    ['--forward-to http://localhost:1', '--forward-to and --secret go together.'],
    ['--forward-to nowhere --secret s', '--forward-to is not a URL: nowhere'],
    ['--bogus', '--bogus'],
    ['extra', 'extra'],
  ])('%s is refused with the usage', (flags, message) => {
    const read = () => readFlags(flags.split(' '));
    expect(read).toThrow(SandboxError);
    expect(read).toThrow(message);
    expect(read).toThrow('Usage: npm run sandbox');
  });
});
