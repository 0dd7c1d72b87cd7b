import { Program, type ProgramOptions } from './program.js';

/** How a process answers a task, over the channel to its parent. */
export type Reply<Answer> = { readonly answer: Answer } | { readonly error: string };

/** A process that does one task at a time and answers each. */
export class Assistant<Task, Answer> {
  private constructor(private readonly program: Program) {}

  static start<Task, Answer>(options: ProgramOptions): Assistant<Task, Answer> {
    return new Assistant<Task, Answer>(Program.start(options));
  }

  async ask(task: Task): Promise<Answer> {
    const { child, failed } = this.program;
    const replied = new Promise<Reply<Answer>>((resolve) => child.once('message', resolve));
    child.send(task as object);
    const reply = await Promise.race([replied, failed]);
    if ('error' in reply) throw new Error(reply.error);
    return reply.answer;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}
