import type { ApolloServer } from '@apollo/server';
import express, { type RequestHandler, Router } from 'express';
import { arrivalLimit } from '../platform/http/arrival-limit.js';
import { inFlightLimit } from '../platform/http/in-flight-limit.js';
import type { Admission } from './admission.js';
import type { BillingContext } from './context.js';
import { apolloHandler } from './http-adapter.js';
import { boundDocumentLength } from './limits/document-length.js';
import { arrivals, maxBodyBytes, maxRequestsInFlight } from './limits/limits.js';

/** The GraphQL endpoint of a started server. Only JSON bodies are read, so forms and plain text never run. */
export function graphqlRoutes(server: ApolloServer<BillingContext>, admission: Admission): Router {
  return Router().all(
    '/graphql',
    neverCached,
    admission.gate,
    arrivalLimit(arrivals),
    express.json({ limit: maxBodyBytes }),
    inFlightLimit(maxRequestsInFlight),
    boundDocumentLength,
    apolloHandler(server, admission),
  );
}

const neverCached: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
