import { isDeepStrictEqual } from 'node:util';

/** A step that did not go as it must. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[0m`;

/** Tells the story on a terminal, and stops it where a fact is not what it must be. */
export class Narrator {
  private steps = 0;

  constructor(private readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean }) {}

  step(title: string): void {
    this.steps += 1;
    const line = `${this.steps}. ${title}`;
    this.out.write(`\n${this.out.isTTY ? bold(line) : line}\n`);
  }

  say(text: string): void {
    this.out.write(`   ${this.out.isTTY ? dim(text) : text}\n`);
  }

  /** @throws DemoFailure unless both are deeply equal */
  expect(what: string, actual: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(actual, expected)) {
      throw new DemoFailure(
        `${what}: expected ${JSON.stringify(expected)}, but it is ${JSON.stringify(actual)}.`,
      );
    }
    this.out.write(`   ✓ ${what}: ${typeof expected === 'string' ? expected : JSON.stringify(expected)}\n`);
  }
}
