/**
 * What GraphiQL stores, without the headers of any operation. Tabs and history are JSON and keep a null in their
 * place, which GraphiQL expects; anything else passes.
 */
export function dropHeaders(stored: string): string {
  if (!stored.includes('"headers"')) return stored;
  try {
    return JSON.stringify(JSON.parse(stored, (name, value) => (name === 'headers' ? null : value)));
  } catch {
    return stored;
  }
}
