/**
 * What pgbench says it has done, connecting not counted in.
 * @throws Error where a transaction failed
 */
export function countsOf(stdout: string): { readonly done: number; readonly perSecond: number } {
  const done = numberIn(stdout, /^number of transactions actually processed: (\d+)/m);
  const perSecond = numberIn(stdout, /^tps = ([\d.]+) \(without initial connection time\)/m);
  const failed = numberIn(stdout, /^number of failed transactions: (\d+)/m);
  if (failed > 0) throw new Error(`${failed} transactions failed:\n${stdout}`);
  return { done, perSecond };
}

/** The durations in a log of single transactions, in milliseconds; the third column has microseconds. */
export function* latenciesOf(log: string): Generator<number> {
  for (const [, microseconds] of log.matchAll(/^\d+ \d+ (\d+) /gm)) yield Number(microseconds) / 1_000;
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`pgbench does not say ${pattern}:\n${text}`);
  return Number(found);
}
