import { join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import { sendError } from './errors.js';
import { projectRoot, readIfThere } from './project-files.js';

/** Where the web build puts its pages. */
export const webRoot = join(projectRoot, 'dist', 'web');

const graphqlMediaTypes = ['application/json', 'application/graphql-response+json', 'multipart/mixed'];
const off = 'There is no playground on this server. Send GraphQL operations by POST.';
const unbuilt = 'The playground has not been built: run `npm run build`.';

export interface Playground {
  /** Holds index.html and assets/. */
  readonly folder: string;
  /** What the page is told by the meta elements of its HTML: name → content. */
  readonly meta: Readonly<Record<string, string>>;
}

/**
 * Shows the playground to browsers that open /graphql, and serves its files under /playground/. Requests that
 * would rather have JSON pass through to GraphQL. Null: there is no playground, and browsers are told so.
 */
export function playgroundRoutes(playground: Playground | null): Router {
  const router = Router();
  router.get('/graphql', page(playground));
  if (playground) router.use('/playground', files(playground.folder));
  return router;
}

function page(playground: Playground | null): RequestHandler {
  return async (req, res, next) => {
    res.vary('Accept');
    if (!prefersHtml(req)) return next();
    if (!playground) return sendError(res, 404, 'NOT_FOUND', off);
    const html = await readIfThere(join(playground.folder, 'index.html'));
    if (html === null) return sendError(res, 404, 'NOT_FOUND', unbuilt);
    res.set('Cache-Control', 'no-cache').type('html').send(withMeta(html, playground.meta));
  };
}

/** Rewrites the content of the meta elements that the page has; it decides which ones those are. */
const withMeta = (html: string, meta: Playground['meta']): string =>
  html.replace(/(<meta name="([\w-]+)" content=")[^"]*/g, (found, start: string, name: string) => {
    const content = meta[name];
    return content === undefined ? found : start + escapeAttribute(content);
  });

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Names under assets/ carry a hash of their content, so they may be kept for good. */
function files(folder: string): RequestHandler {
  const assets = express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false });
  const others = express.static(folder, { index: false, redirect: false });
  return Router().use('/assets', assets).use(others);
}

const prefersHtml = (req: Request): boolean =>
  req.accepts([...graphqlMediaTypes, 'text/html']) === 'text/html';
