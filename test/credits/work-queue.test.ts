import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WorkQueue } from '../../src/credits/work-queue.js';

interface Work {
  readonly accountId: string;
  readonly deadlineMs: number;
  readonly n: number;
}

let made = 0;
const work = (accountId: string, deadlineMs = 100): Work => ({ accountId, deadlineMs, n: ++made });
const queueOf = (...works: Work[]) => {
  const queue = new WorkQueue<Work>();
  for (const one of works) queue.add(one);
  return queue;
};

describe('a queue of works', () => {
  test('takes the works of one account together, in their order', () => {
    const [a1, b1, a2] = [work('a'), work('b'), work('a')];
    expect(queueOf(a1, b1, a2).take(10)).toEqual([a1, a2, b1]);
  });

  test('takes nothing of an account while something of it is under way', () => {
    const [a1, a2, b1] = [work('a'), work('a'), work('b')];
    const queue = queueOf(a1);
    expect(queue.take(10)).toEqual([a1]);
    queue.add(a2);
    queue.add(b1);
    expect(queue.take(10)).toEqual([b1]);
    expect(queue.take(10)).toEqual([]);
    expect(queue.size).toBe(1);
    queue.done(['a']);
    expect(queue.take(10)).toEqual([a2]);
  });

  test('takes no more than its limit, and lets others have their turn before the rest', () => {
    const works = [work('a'), work('a'), work('a'), work('b')];
    const queue = queueOf(...works);
    expect(queue.take(2)).toEqual(works.slice(0, 2));
    expect(queue.take(2)).toEqual([works[3]]);
    queue.done(['a', 'b']);
    expect(queue.take(2)).toEqual([works[2]]);
    queue.done(['a']);
    expect(queue.idle).toBe(true);
  });

  test('takes no more accounts than its limit', () => {
    const [a1, b1, a2, c1] = [work('a'), work('b'), work('a'), work('c')];
    const queue = queueOf(a1, b1, a2, c1);
    expect(queue.take(10, 2)).toEqual([a1, a2, b1]);
    expect(queue.take(10, 0)).toEqual([]);
    expect(queue.take(10, 2)).toEqual([c1]);
  });

  test('counts the works of all accounts towards its limit', () => {
    const works = [work('a'), work('b'), work('b')];
    const queue = queueOf(...works);
    expect(queue.take(2)).toEqual(works.slice(0, 2));
    expect(queue.size).toBe(1);
  });

  test('takes nothing for nothing', () => {
    const a1 = work('a');
    const queue = queueOf(a1);
    expect(queue.take(0)).toEqual([]);
    expect(queue.take(1)).toEqual([a1]);
  });

  test('does not give an account its turn, once it is through, of which all that waited was overdue', () => {
    const queue = queueOf(work('a'));
    queue.take(1);
    queue.add(work('a', 1));
    queue.takeOverdue(1);
    queue.done(['a']);
    expect(queue.take(1)).toEqual([]);
    expect(queue.idle).toBe(true);
  });

  test('gives back what waited too long, at its deadline', () => {
    const [soon, late, other] = [work('a', 50), work('a', 51), work('b', 50)];
    const queue = queueOf(soon, late, other);
    expect(queue.takeOverdue(49)).toEqual([]);
    expect(queue.takeOverdue(50)).toEqual([soon, other]);
    expect(queue.size).toBe(1);
    expect(queue.take(10)).toEqual([late]);
  });

  test('does not give back what is under way', () => {
    const queue = queueOf(work('a', 1));
    queue.take(1);
    expect(queue.takeOverdue(9)).toEqual([]);
    expect(queue.idle).toBe(false);
    queue.done(['a']);
    expect(queue.idle).toBe(true);
  });

  test('is empty of an account whose works all were overdue', () => {
    const queue = queueOf(work('a', 1));
    queue.takeOverdue(1);
    expect(queue.idle).toBe(true);
    expect(queue.take(10)).toEqual([]);
    const next = work('a');
    queue.add(next);
    expect(queue.take(10)).toEqual([next]);
  });

  test('loses nothing, doubles nothing, and keeps the order of each account, whatever happens', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: fc.constantFrom(...'abc'), deadline: fc.nat({ max: 50 }) }) },
      { weight: 2, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 2, arbitrary: fc.record({ done: fc.constantFrom(...'abc') }) },
      { weight: 1, arbitrary: fc.record({ overdue: fc.nat({ max: 50 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new WorkQueue<Work>();
        const added: Work[] = [];
        const taken: Work[] = [];
        const overdue: Work[] = [];
        const underWay = new Set<string>();
        const take = (limit: number) => {
          const some = queue.take(limit);
          expect(some.length).toBeLessThanOrEqual(limit);
          for (const { accountId } of some) expect(underWay).not.toContain(accountId);
          for (const { accountId } of some) underWay.add(accountId);
          taken.push(...some);
        };
        for (const one of steps) {
          if ('add' in one) {
            const next = work(one.add, one.deadline);
            queue.add(next);
            added.push(next);
          } else if ('take' in one) take(one.take);
          else if ('done' in one) {
            if (underWay.delete(one.done)) queue.done([one.done]);
          } else overdue.push(...queue.takeOverdue(one.overdue));
          expect(queue.size).toBe(added.length - taken.length - overdue.length);
        }
        while (!queue.idle) {
          queue.done(underWay);
          underWay.clear();
          take(2);
        }
        const numbers = (works: readonly Work[]) => works.map(({ n }) => n);
        expect(numbers([...taken, ...overdue]).toSorted((a, b) => a - b)).toEqual(numbers(added));
        for (const id of 'abc') {
          const own = numbers(taken.filter(({ accountId }) => accountId === id));
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
