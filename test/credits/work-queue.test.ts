import { describe, expect, it } from '@jest/globals';
import { WorkQueue } from '../../src/credits/work-queue.js';

interface Work {
  readonly accountId: string;
  readonly deadlineMs: number;
  readonly name: string;
}
/** "a1" is the first work of account a, which waits until 1. */
const work = (name: string): Work => ({ accountId: name.charAt(0), deadlineMs: Number(name.slice(1)), name });

function queueOf(...names: string[]): WorkQueue<Work> {
  const queue = new WorkQueue<Work>();
  for (const name of names) queue.add(work(name));
  return queue;
}
const names = (works: readonly Work[]) => works.map(({ name }) => name);

describe('a queue of works', () => {
  it('gives out those of one account together, oldest first, and accounts in the order they came', () => {
    const queue = queueOf('b1', 'a1', 'b2', 'c1', 'a2');
    expect(queue.size).toBe(5);
    expect(names(queue.take(10))).toEqual(['b1', 'b2', 'a1', 'a2', 'c1']);
    expect(queue.size).toBe(0);
    expect(queue.take(10)).toEqual([]);
  });

  it('gives out no more than it is asked for, and the rest of an account when that is through', () => {
    const queue = queueOf('a1', 'a2', 'a3', 'b1');
    expect(names(queue.take(2))).toEqual(['a1', 'a2']);
    expect(queue.size).toBe(2);
    expect(names(queue.take(2))).toEqual(['b1']);
    expect(queue.take(2)).toEqual([]);
    queue.done(['a']);
    expect(names(queue.take(2))).toEqual(['a3']);
  });

  it('takes nothing for nothing', () => {
    const queue = queueOf('a1');
    expect(queue.take(0)).toEqual([]);
    expect(names(queue.take(1))).toEqual(['a1']);
  });

  it('lets works wait while others of their account are under way', () => {
    const queue = queueOf('a1');
    queue.take(1);
    queue.add(work('a2'));
    queue.add(work('b1'));
    expect(names(queue.take(9))).toEqual(['b1']);
    queue.done(['b', 'a']);
    expect(names(queue.take(9))).toEqual(['a2']);
  });

  it('is idle when nothing waits and nothing is under way', () => {
    const queue = queueOf();
    expect(queue.idle).toBe(true);
    queue.add(work('a1'));
    expect(queue.idle).toBe(false);
    queue.take(1);
    expect(queue.idle).toBe(false);
    queue.done(['a']);
    expect(queue.idle).toBe(true);
    expect(queue.take(1)).toEqual([]);
  });

  it('gives back what has waited too long, and keeps the rest', () => {
    const queue = queueOf('a1', 'a5', 'b5', 'c1');
    expect(names(queue.takeOverdue(0))).toEqual([]);
    expect(names(queue.takeOverdue(1))).toEqual(['a1', 'c1']);
    expect(queue.size).toBe(2);
    expect(names(queue.take(9))).toEqual(['a5', 'b5']);
  });

  it('does not give out an account of which nothing waits any more', () => {
    const queue = queueOf('a1');
    expect(names(queue.takeOverdue(1))).toEqual(['a1']);
    expect([queue.size, queue.idle]).toEqual([0, true]);
    expect(queue.take(1)).toEqual([]);
    queue.add(work('a7'));
    expect(names(queue.take(1))).toEqual(['a7']);
    queue.add(work('a8'));
    queue.takeOverdue(8);
    queue.done(['a']);
    expect(queue.take(1)).toEqual([]);
    expect(queue.idle).toBe(true);
  });
});
