import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Coalescer } from '../../src/platform/coalesce.js';

const maxQuestionsPerRead = 3;

let reads: (readonly string[])[];
let stored: Map<string, number>;
let failing: Error | null;
let coalescer: Coalescer<string, number | null>;

beforeEach(() => {
  reads = [];
  stored = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  failing = null;
  coalescer = new Coalescer(
    async (questions: readonly string[]) => {
      reads.push(questions);
      if (failing) throw failing;
      const answers = questions.map((question) => stored.get(question) ?? null);
      await turn();
      return answers;
    },
    { maxQuestionsPerRead },
  );
});

describe('questions of one turn', () => {
  it('are one read, and each gets its own answer', async () => {
    const answers = Promise.all(['b', 'none', 'a'].map((question) => coalescer.ask(question)));
    expect(reads).toEqual([]);
    await expect(answers).resolves.toEqual([2, null, 1]);
    expect(reads).toEqual([['b', 'none', 'a']]);
  });

  it('are one read also where promises led to them', async () => {
    const later = Promise.resolve().then(() => coalescer.ask('a'));
    await Promise.all([coalescer.ask('b'), later]);
    expect(reads).toEqual([['b', 'a']]);
  });

  it('are divided where they are too many', async () => {
    const asked = ['a', 'b', 'a', 'b', 'a', 'b', 'a'];
    const answers = await Promise.all(asked.map((question) => coalescer.ask(question)));
    expect(answers).toEqual([1, 2, 1, 2, 1, 2, 1]);
    expect(reads).toEqual([['a', 'b', 'a'], ['b', 'a', 'b'], ['a']]);
  });
});

describe('answers', () => {
  it('come from a read that began after the question', async () => {
    const first = coalescer.ask('a');
    await turn();
    stored.set('a', 5);
    const second = coalescer.ask('a');
    expect(await Promise.all([first, second])).toEqual([1, 5]);
  });

  it('are not kept', async () => {
    expect(await coalescer.ask('a')).toBe(1);
    stored.delete('a');
    expect(await coalescer.ask('a')).toBeNull();
  });
});

describe('with a bound on reads at once', () => {
  const open: (() => void)[] = [];
  const bounded = () =>
    new Coalescer<string, string>(
      async (questions) => {
        reads.push(questions);
        await new Promise<void>((resolve) => open.push(resolve));
        return questions;
      },
      { maxQuestionsPerRead, maxReadsAtOnce: 1 },
    );

  it('questions gather while others are read, and are read at once then', async () => {
    const slow = bounded();
    const answers = [slow.ask('a')];
    await turn();
    for (const question of ['b', 'c']) {
      answers.push(slow.ask(question));
      await turn();
    }
    expect(reads).toEqual([['a']]);
    open.shift()?.();
    await turn();
    expect(reads).toEqual([['a'], ['b', 'c']]);
    open.shift()?.();
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
  });

  it('those that fill a read do not wait', async () => {
    const slow = bounded();
    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((question) => slow.ask(question));
    await turn();
    expect(reads).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
    for (const answer of open.splice(0)) answer();
    expect(await Promise.all(answers)).toHaveLength(6);
  });
});

describe('a read that fails', () => {
  it('fails its questions and no others', async () => {
    failing = new Error('the connection broke');
    const lost = Promise.allSettled([coalescer.ask('a'), coalescer.ask('b')]);
    await turn();
    failing = null;
    expect(await coalescer.ask('a')).toBe(1);
    expect(await lost).toEqual([
      { status: 'rejected', reason: new Error('the connection broke') },
      { status: 'rejected', reason: new Error('the connection broke') },
    ]);
  });

  it('may fail one of its questions alone', async () => {
    const picky = new Coalescer<number, number>(async (numbers) =>
      numbers.map(async (number) => {
        if (number < 0) throw new RangeError('negative');
        return number;
      }),
    );
    const answers = await Promise.allSettled([picky.ask(1), picky.ask(-1), picky.ask(2)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is one that leaves out an answer', async () => {
    const forgetful = new Coalescer<string, number>(async () => [1]);
    const answers = Promise.allSettled([forgetful.ask('a'), forgetful.ask('b')]);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
