import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors.js';

const maxBodyBytes = 1_000_000;

/** The whole body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes) {
      throw new ApiError(413, { type: 'invalid_request_error', message: 'The request body is too large.' });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
