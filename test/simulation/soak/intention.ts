import { Disagreement } from '../disagreement.js';
import type { Answer } from './callers.js';

/** Something asked for under one idempotency key, word for word again until there is an answer. */
export class Intention<Data> {
  /** What it was answered with, once it was done. */
  data: Data | null = null;
  #refused = false;
  #lost = false;

  /** @param refusals the codes that it may be refused with */
  constructor(
    readonly name: string,
    private readonly send: () => Promise<Answer<Data>>,
    private readonly refusals: readonly string[],
  ) {}

  /**
   * Whether it is known what became of it. A refusal leaves the key free; so where another request was not answered,
   * that one may still be done after the refusal.
   */
  get isCertain(): boolean {
    return this.data !== null || (this.#refused && !this.#lost);
  }

  /** Once nothing of it can be under way any more: the next answer is the last word. */
  beginAnew(): void {
    this.#lost = false;
    this.#refused = false;
  }

  /** Asks once. @returns whether it was answered */
  async ask(): Promise<boolean> {
    const wasDone = this.data !== null;
    return this.take(await this.send(), wasDone);
  }

  /** @param wasDone whether it was known to be done before this was asked */
  take(answer: Answer<Data>, wasDone = this.data !== null): boolean {
    if (answer.state === 'done') this.data = answer.data;
    if (answer.state === 'unanswered') this.#lost = true;
    if (answer.state === 'refused') {
      if (wasDone || !this.refusals.includes(answer.code))
        throw new Disagreement(
          `${this.name} was refused with ${answer.code}${wasDone ? ' once it was done' : ''}.`,
        );
      this.#refused = true;
    }
    return answer.state !== 'unanswered';
  }
}
