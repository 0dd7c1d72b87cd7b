/** Works of one account wait behind each other; those of different accounts do not. */
export class WorkQueue<Work extends { readonly accountId: string; readonly deadlineMs: number }> {
  /** Waiting works, oldest first. */
  readonly #waiting = new Map<string, Work[]>();
  /** Accounts with waiting works of which none is under way, in the order in which they shall have their turn. */
  readonly #ready = new Set<string>();
  readonly #underWay = new Set<string>();
  #size = 0;

  /** Works that wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether nothing waits and nothing is under way. */
  get idle(): boolean {
    return this.#size === 0 && this.#underWay.size === 0;
  }

  add(work: Work): void {
    const { accountId } = work;
    const ahead = this.#waiting.get(accountId);
    if (ahead) ahead.push(work);
    else this.#waiting.set(accountId, [work]);
    this.#size += 1;
    if (!this.#underWay.has(accountId)) this.#ready.add(accountId);
  }

  /**
   * Takes works of accounts of which none is under way, up to so many works and accounts; those accounts are under
   * way from now on, until `done`.
   */
  take(limit: number, accountLimit = Number.POSITIVE_INFINITY): Work[] {
    const taken: Work[] = [];
    let accounts = 0;
    for (const accountId of this.#ready) {
      if (taken.length >= limit || accounts >= accountLimit) break;
      accounts += 1;
      const waiting = this.#waiting.get(accountId) ?? [];
      const some = waiting.splice(0, limit - taken.length);
      if (waiting.length === 0) this.#waiting.delete(accountId);
      this.#ready.delete(accountId);
      this.#underWay.add(accountId);
      for (const work of some) taken.push(work);
    }
    this.#size -= taken.length;
    return taken;
  }

  /** The works of these accounts that were taken are over. */
  done(accountIds: Iterable<string>): void {
    for (const accountId of accountIds) {
      this.#underWay.delete(accountId);
      if (this.#waiting.has(accountId)) this.#ready.add(accountId);
    }
  }

  /** Takes out the works that have waited past their deadline. */
  takeOverdue(nowMs: number): Work[] {
    const overdue: Work[] = [];
    for (const [accountId, works] of this.#waiting) {
      const left = works.filter(({ deadlineMs }) => deadlineMs > nowMs);
      if (left.length === works.length) continue;
      for (const work of works) if (work.deadlineMs <= nowMs) overdue.push(work);
      if (left.length > 0) this.#waiting.set(accountId, left);
      else {
        this.#waiting.delete(accountId);
        this.#ready.delete(accountId);
      }
    }
    this.#size -= overdue.length;
    return overdue;
  }
}
