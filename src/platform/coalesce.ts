/** Answers many questions with one read: as many answers, in the order of the questions. */
export type AskMany<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

/** More questions than this in one turn of the event loop are divided among several reads. */
const defaultMaxQuestionsPerRead = 100;

interface Batch<Question, Answer> {
  readonly questions: Question[];
  readonly answers: Promise<readonly Answer[]>;
  readonly send: () => void;
}

/**
 * Joins the questions that requests put in the same turn of the event loop into one read. What a statement costs
 * is mostly its way to the database and back, which these then share.
 *
 * Nothing is kept: the read begins after each of its questions was put, so no answer is older than its question.
 * A read that fails is the failure of its own questions only.
 */
export class Coalescer<Question, Answer> {
  #open: Batch<Question, Answer> | null = null;

  constructor(
    private readonly askMany: AskMany<Question, Answer>,
    private readonly maxQuestionsPerRead = defaultMaxQuestionsPerRead,
  ) {}

  async ask(question: Question): Promise<Answer> {
    const batch = this.#open ?? this.#begin();
    const place = batch.questions.push(question) - 1;
    if (batch.questions.length >= this.maxQuestionsPerRead) batch.send();
    const answers = await batch.answers;
    if (answers.length !== batch.questions.length)
      throw new Error('A read left questions without an answer.');
    return answers[place] as Answer;
  }

  #begin(): Batch<Question, Answer> {
    const questions: Question[] = [];
    const sent = Promise.withResolvers<void>();
    const answers = sent.promise.then(() => this.askMany(questions));
    const send = () => {
      clearImmediate(turnEnds);
      this.#open = null;
      sent.resolve();
    };
    // Once all requests that have arrived were looked at.
    const turnEnds = setImmediate(send);
    this.#open = { questions, answers, send };
    return this.#open;
  }
}
