import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import { sendError } from './errors.js';
import { projectRoot } from './project-root.js';

/** Where the web build puts its pages. */
export const webRoot = join(projectRoot, 'dist', 'web');

const graphqlMediaTypes = ['application/json', 'application/graphql-response+json', 'multipart/mixed'];
const off = 'There is no playground on this server. Send GraphQL operations by POST.';
const unbuilt = 'The playground has not been built: run `npm run build`.';

/**
 * Shows the playground to browsers that open /graphql, and serves its files under /playground/. Requests that
 * would rather have JSON pass through to GraphQL. `folder` holds index.html and assets/, or is null when off.
 */
export function playground(folder: string | null): Router {
  const router = Router();
  router.get('/graphql', page(folder));
  if (folder !== null) router.use('/playground', files(folder));
  return router;
}

function page(folder: string | null): RequestHandler {
  return (req, res, next) => {
    res.vary('Accept');
    if (!prefersHtml(req)) return next();
    if (folder === null) return sendError(res, 404, 'NOT_FOUND', off);
    if (!existsSync(join(folder, 'index.html'))) return sendError(res, 404, 'NOT_FOUND', unbuilt);
    res.set('Cache-Control', 'no-cache').sendFile('index.html', { root: folder });
  };
}

/** Names under assets/ carry a hash of their content, so they may be kept for good. */
function files(folder: string): RequestHandler {
  const assets = express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false });
  const others = express.static(folder, { index: false, redirect: false });
  return Router().use('/assets', assets).use(others);
}

const prefersHtml = (req: Request): boolean =>
  req.accepts([...graphqlMediaTypes, 'text/html']) === 'text/html';
