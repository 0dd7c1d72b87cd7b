/** How often each kind of thing happened. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.#counts.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** Those that happened and whose name begins so, without that beginning, by name. */
  under(beginning: string): Record<string, number> {
    const found = [...this.#counts].filter(([what, times]) => times > 0 && what.startsWith(beginning));
    const named = found.map(([what, times]) => [what.slice(beginning.length), times] as const);
    return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
