/** The bytes of a POST of JSON. */
export function postOf(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** A GraphQL operation as a client posts it. */
export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export const graphqlPostOf = (port: number, token: string, operation: Operation): Buffer =>
  postOf(port, '/graphql', { authorization: `Bearer ${token}` }, JSON.stringify(operation));
