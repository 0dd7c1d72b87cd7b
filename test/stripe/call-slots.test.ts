import { expect, it } from '@jest/globals';
import { CallSlots, type FreeSlot } from '../../src/stripe/call-slots.js';

const roomy = { maxAtOnce: 2, maxWaiting: 3, maxWaitMs: 60_000 };

it('lets so many in at once, so many wait, and turns the others away', async () => {
  const slots = new CallSlots(roomy);
  const entered: number[] = [];
  const takes = Array.from({ length: 6 }, async (_, i) => {
    const slot = await slots.take();
    if (slot) entered.push(i);
    return slot;
  });
  expect(await takes[5]).toBeNull();
  const [first, second] = await Promise.all(takes.slice(0, 2));
  expect([slots.taken, slots.waiting]).toEqual([2, 3]);
  first?.();
  // Twice is once.
  first?.();
  await takes[2];
  expect(entered).toEqual([0, 1, 2]);
  expect([slots.taken, slots.waiting]).toEqual([2, 2]);
  second?.();
  await takes[3];
  for (const slot of await Promise.all(takes.slice(2, 4))) slot?.();
  (await takes[4])?.();
  expect(entered).toEqual([0, 1, 2, 3, 4]);
  expect([slots.taken, slots.waiting]).toEqual([0, 0]);
});

it('lets nobody wait for longer than that, and gives their places to others', async () => {
  const slots = new CallSlots({ maxAtOnce: 1, maxWaiting: 1, maxWaitMs: 20 });
  const first = await slots.take();
  expect(await slots.take()).toBeNull();
  expect(slots.waiting).toBe(0);
  const later: Promise<FreeSlot | null> = slots.take();
  first?.();
  (await later)?.();
  expect(slots.taken).toBe(0);
});
