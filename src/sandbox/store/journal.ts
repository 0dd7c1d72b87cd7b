import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../errors.js';

/**
 * An append-only file of lines. A line is written with one call and not synced to disk: it survives the death
 * of the process, not of the machine. A last line without its end was torn by such a death and is ignored.
 */
export class Journal {
  readonly #path: string;
  #descriptor: number;

  constructor(directory: string) {
    this.#path = join(directory, 'sandbox.jsonl');
    try {
      mkdirSync(directory, { recursive: true });
      this.#descriptor = openSync(this.#path, 'a');
    } catch (error) {
      throw new SandboxError(
        'SANDBOX_DATA_DIR_NOT_WRITABLE',
        `The sandbox cannot write to its data directory ${directory}: ${reason(error)}`,
      );
    }
  }

  read(): string[] {
    const content = readFileSync(this.#path, 'utf8');
    const whole = content.slice(0, content.lastIndexOf('\n') + 1);
    return whole.split('\n').filter((line) => line !== '');
  }

  append(line: string): void {
    writeSync(this.#descriptor, `${line}\n`);
  }

  /** Puts new content in the place of the old, in one step. */
  replace(lines: string[]): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, lines.map((line) => `${line}\n`).join(''));
    closeSync(this.#descriptor);
    renameSync(next, this.#path);
    this.#descriptor = openSync(this.#path, 'a');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
