import { inspect } from 'node:util';
import type { Reply } from './assistant.js';

/** Makes this process an Assistant. It ends with its parent. */
export function answerTasks<Task, Answer>(answer: (task: Task) => Promise<Answer>): void {
  process.on('message', (task: Task) => {
    void answer(task).then(
      (result) => reply({ answer: result }),
      (error: unknown) => reply({ error: inspect(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}

const reply = (message: Reply<unknown>) => process.send?.(message);
