import assert from 'node:assert/strict';
import { type Contender, worker } from '../benchmark.js';
import {
  addAccounts,
  addCustomerKeys,
  addDebits,
  copyForLeanServer,
  createBillingDatabase,
} from '../data/billing.js';
import { settle } from '../data/database.js';
import { customerToken } from '../data/names.js';
import type { Environment } from '../environment.js';
import { startBaseline, startBilling } from '../servers/servers.js';

export const ours = 'this service';
export const handWritten = 'hand-written Apollo Server';

const customers = 100;
const debitsPerCustomer = 1_000;
const connections = 32;

/** A customer's query to this service and to a server that was written for it alone. */
export async function queryContenders(
  environment: Environment,
  name: string,
  query: string,
): Promise<readonly Contender[]> {
  const database = await createBillingDatabase(environment, name);
  await addAccounts(database, customers);
  await addCustomerKeys(database, customers);
  await addDebits(database, { first: 0, count: customers }, debitsPerCustomer);
  await copyForLeanServer(database);
  await settle(database);
  const servers = {
    [ours]: await startBilling(environment, database),
    [handWritten]: await startBaseline(environment, 'lean-apollo', database),
  };
  const answers = await Promise.all(Object.values(servers).map(({ port }) => answerTo(query, port)));
  assert.deepEqual(answers[0], answers[1], 'The hand-written server gives another answer.');
  return Object.entries(servers).map(([contender, { port }]) =>
    worker(contender, (seconds) =>
      environment.load.ask({ port, connections, seconds, plan: { kind: 'query', query, customers } }),
    ),
  );
}

async function answerTo(query: string, port: number): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${customerToken(0)}` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}
