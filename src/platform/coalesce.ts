/** Answers many questions with one read: as many answers, in the order of the questions; some may yet come, or fail. */
export type AskMany<Question, Answer> = (
  questions: readonly Question[],
) => Promise<readonly (Answer | Promise<Answer>)[]>;

export interface CoalescerOptions {
  /** More questions than this at a time are divided among several reads. */
  readonly maxQuestionsPerRead?: number;
  /** While so many reads are under way, questions gather for the next one, unless they fill one. By default any number. */
  readonly maxReadsAtOnce?: number;
}

const defaultMaxQuestionsPerRead = 100;

interface Batch<Question, Answer> {
  readonly questions: Question[];
  readonly answers: ReturnType<AskMany<Question, Answer>>;
  /** Whether the turn of the event loop is over in which it began. */
  due: boolean;
  send(): void;
}

/**
 * Joins the questions that requests put in the same turn of the event loop into one read. What a statement costs
 * is mostly its way to the database and back, which these then share.
 *
 * Nothing is kept: the read begins after each of its questions was put, so no answer is older than its question.
 * A read that fails is the failure of its own questions only.
 */
export class Coalescer<Question, Answer> {
  readonly #maxQuestionsPerRead: number;
  readonly #maxReadsAtOnce: number;
  #open: Batch<Question, Answer> | null = null;
  #readsUnderWay = 0;

  constructor(
    private readonly askMany: AskMany<Question, Answer>,
    options: CoalescerOptions = {},
  ) {
    this.#maxQuestionsPerRead = options.maxQuestionsPerRead ?? defaultMaxQuestionsPerRead;
    this.#maxReadsAtOnce = options.maxReadsAtOnce ?? Number.POSITIVE_INFINITY;
  }

  async ask(question: Question): Promise<Answer> {
    const batch = this.#open ?? this.#begin();
    const place = batch.questions.push(question) - 1;
    if (batch.questions.length >= this.#maxQuestionsPerRead) batch.send();
    const answers = await batch.answers;
    if (answers.length !== batch.questions.length)
      throw new Error('A read left questions without an answer.');
    return answers[place] as Answer;
  }

  #begin(): Batch<Question, Answer> {
    const questions: Question[] = [];
    const sent = Promise.withResolvers<void>();
    // Once all requests that have arrived were looked at.
    const turnEnds = setImmediate(() => {
      batch.due = true;
      this.#sendIfFree();
    });
    const batch: Batch<Question, Answer> = {
      questions,
      answers: sent.promise.then(() => this.#read(questions)),
      due: false,
      send: () => {
        clearImmediate(turnEnds);
        this.#open = null;
        sent.resolve();
      },
    };
    this.#open = batch;
    return batch;
  }

  #sendIfFree(): void {
    if (this.#open?.due && this.#readsUnderWay < this.#maxReadsAtOnce) this.#open.send();
  }

  async #read(questions: readonly Question[]): ReturnType<AskMany<Question, Answer>> {
    this.#readsUnderWay += 1;
    try {
      return await this.askMany(questions);
    } finally {
      this.#readsUnderWay -= 1;
      this.#sendIfFree();
    }
  }
}
