import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { Query, Resolver } from 'type-graphql';
import { type RunningApp, startApp } from '../http/transport.js';

@Resolver()
class Greeting {
  @Query(() => String)
  hello(): string {
    return 'Hello';
  }
}

let app: RunningApp;
beforeAll(async () => {
  app = await startApp([Greeting]);
});
afterAll(() => app.close());

/** GETs that a foreign page could send without asking first; refused to prevent cross-site request forgery. */
const refusedOnPurpose = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

it('passes the GraphQL over HTTP audits, except three that are optional', async () => {
  const audits = serverAudits({ url: `${app.url}/graphql` });
  const results = await Promise.all(audits.map((audit) => audit.fn()));
  expect(results).toHaveLength(61);
  const failed = results.filter(({ status }) => status !== 'ok');
  expect(failed.map(({ name }) => name)).toEqual(refusedOnPurpose);
  expect(failed.map(({ status }) => status)).toEqual(['notice', 'notice', 'notice']);
});
