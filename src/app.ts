import 'reflect-metadata';
import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import type { ContainerType } from 'type-graphql';
import type { Config } from './config.js';
import { Admission } from './graphql/admission.js';
import type { Authenticate } from './graphql/authenticate.js';
import { graphqlRoutes } from './graphql/routes.js';
import { buildBillingSchema, type ResolverClasses } from './graphql/schema.js';
import { createGraphQLServer } from './graphql/server.js';
import type { Clock } from './platform/clock.js';
import { cors } from './platform/http/cors.js';
import { errorHandler, notFoundHandler } from './platform/http/error-handler.js';
import { operationsRoutes, type Readiness } from './platform/http/operations-routes.js';
import { type Playground, playgroundRoutes, webRoot } from './platform/http/playground.js';
import { limitByAddress } from './platform/http/rate-limit.js';
import { requestLog } from './platform/http/request-log.js';
import { requestScope } from './platform/http/request-scope.js';
import { securityHeaders } from './platform/http/security-headers.js';
import { answerTimeoutMs, answerWithin } from './platform/http/timeouts.js';
import type { Log } from './platform/log.js';
import type { Metrics } from './platform/metrics.js';
import type { RateLimits } from './platform/rate-limits/rate-limits.js';

export interface AppDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly resolvers: ResolverClasses;
  /** Hands out the instances of the resolver classes. */
  readonly container: ContainerType;
  readonly authenticate: Authenticate;
  readonly limits: RateLimits;
  /** Mounted at /billing/webhook ahead of any body parser: signatures are over the raw bytes. */
  readonly webhook: RequestHandler;
  /** One registry per app. */
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  /** Where the web build is; `webRoot` if absent. */
  readonly webRoot?: string;
}

export interface BuiltApp {
  readonly handler: Express;
  /** Stops GraphQL; close the HTTP server first, so that requests in flight complete. */
  close(): Promise<void>;
}

/** The whole HTTP side, without listening: every route and all that stands before it. */
export async function buildApp(deps: AppDeps): Promise<BuiltApp> {
  const { config, metrics, limits } = deps;
  const schema = buildBillingSchema(deps.resolvers, deps.container);
  const graphql = createGraphQLServer({ config, schema, log: deps.log, metrics });
  await graphql.start();

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.use(requestScope(deps.clock, deps.log), requestLog(metrics));
  const sandboxes = stripeSandboxOf(config);
  app.use(securityHeaders(config.publicUrl.startsWith('https:'), sandboxes), cors(config.corsOrigins));
  app.use(answerWithin(answerTimeoutMs));
  app.use(playgroundRoutes(config.playground ? playgroundOf(config, deps.webRoot ?? webRoot) : null));
  app.use(graphqlRoutes(graphql, new Admission(limits, deps.authenticate)));
  app.use('/billing/webhook', limitByAddress(limits, 'webhook'), deps.webhook);
  app.use(operationsRoutes(deps.readiness, metrics));
  app.use(notFoundHandler, errorHandler);
  return { handler: app, close: () => graphql.stop() };
}

/** The origin of a stand-in for Stripe's API, where one is configured: the playground pays there with test cards. */
const stripeSandboxOf = ({ stripe }: Config): string[] =>
  stripe.apiBase === null ? [] : [new URL(stripe.apiBase).origin];

const playgroundOf = (config: Config, root: string): Playground => ({
  folder: join(root, 'playground'),
  meta: { 'demo-keys': String(config.demoKeys), 'stripe-sandbox': stripeSandboxOf(config)[0] ?? '' },
});
