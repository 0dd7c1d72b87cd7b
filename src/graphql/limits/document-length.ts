import type { RequestHandler } from 'express';
import { sendError } from '../../platform/http/errors.js';
import { maxDocumentChars } from './limits.js';

/** Refuses long documents before they are parsed, hashed or cached. */
export const boundDocumentLength: RequestHandler = (req, res, next) => {
  const query: unknown = req.method === 'GET' ? req.query.query : req.body?.query;
  if (typeof query === 'string' && query.length > maxDocumentChars) {
    sendError(res, 413, 'BAD_REQUEST', `A GraphQL document may have at most ${maxDocumentChars} characters.`);
    return;
  }
  next();
};
