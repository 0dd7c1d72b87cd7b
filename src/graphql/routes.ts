import type { ApolloServer } from '@apollo/server';
import express, { type RequestHandler, Router } from 'express';
import type { Admission } from './admission.js';
import type { BillingContext } from './context.js';
import { apolloHandler } from './http-adapter.js';
import { boundDocumentLength } from './limits/document-length.js';
import { maxBodyBytes } from './limits/limits.js';

/** The GraphQL endpoint of a started server. Only JSON bodies are read, so forms and plain text never run. */
export function graphqlRoutes(server: ApolloServer<BillingContext>, admission: Admission): Router {
  return Router().all(
    '/graphql',
    neverCached,
    admission.gate,
    express.json({ limit: maxBodyBytes }),
    boundDocumentLength,
    apolloHandler(server, admission),
  );
}

const neverCached: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
