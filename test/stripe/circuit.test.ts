import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  admit,
  type Circuit,
  callsJudged,
  closedCircuit,
  failuresToOpen,
  judge,
  judgedForMs,
  maxPauseMs,
} from '../../src/stripe/circuit.js';

const start = Date.UTC(2026, 0, 15);

/** A circuit after calls that all ended at `atMs`, some of them without an answer. */
const judged = (failures: readonly boolean[], circuit: Circuit = closedCircuit, atMs = start): Circuit =>
  failures.reduce((before, failed) => judge(before, 'CALL', failed, atMs, 0), circuit);
const failures = (count: number) => Array<boolean>(count).fill(true);
const answers = (count: number) => Array<boolean>(count).fill(false);
const opened = judged(failures(failuresToOpen));
const pauseOf = (circuit: Circuit) => (circuit.state === 'OPEN' ? circuit.pauseMs : Number.NaN);

describe('a closed circuit', () => {
  it('lets calls through, and stays closed while too few fail', () => {
    expect(admit(closedCircuit, start).admission).toEqual({ as: 'CALL' });
    expect(judged(failures(failuresToOpen - 1)).state).toBe('CLOSED');
    expect(opened.state).toBe('OPEN');
  });

  it('judges by the latest calls only', () => {
    const few = judged(failures(failuresToOpen - 1));
    expect(judged(failures(1), judged(answers(callsJudged - failuresToOpen), few)).state).toBe('OPEN');
    expect(judged(failures(1), judged(answers(callsJudged - 1), few)).state).toBe('CLOSED');
  });

  it('forgets failures that are long ago, also when the clock is set back', () => {
    const few = judged(failures(failuresToOpen - 1));
    expect(judged(failures(1), few, start + judgedForMs).state).toBe('OPEN');
    expect(judged(failures(1), few, start + judgedForMs + 1).state).toBe('CLOSED');
    expect(judged(failures(1), few, start - judgedForMs - 1).state).toBe('CLOSED');
  });
});

describe('an open circuit', () => {
  it('refuses for its pause and says how long that is; then it lets one call through, and no other', () => {
    const pauseMs = pauseOf(opened);
    expect(admit(opened, start).admission).toEqual({ as: 'REFUSED', retryAfterMs: pauseMs });
    expect(admit(opened, start + pauseMs - 1).admission).toEqual({ as: 'REFUSED', retryAfterMs: 1 });
    const { circuit, admission } = admit(opened, start + pauseMs);
    expect(admission).toEqual({ as: 'PROBE' });
    expect(admit(circuit, start + 10 * maxPauseMs).admission.as).toBe('REFUSED');
  });

  it('closes when the probe is answered, and knows nothing of before', () => {
    const { circuit } = admit(opened, start + maxPauseMs);
    expect(judge(circuit, 'PROBE', false, start + maxPauseMs, 0)).toEqual(closedCircuit);
  });

  it('pauses twice as long after each probe that fails, up to a bound, with jitter', () => {
    const pauses: number[] = [];
    let circuit = opened;
    for (let now = start, round = 0; round < 8; round++) {
      pauses.push(pauseOf(circuit));
      now += pauseOf(circuit);
      circuit = judge(admit(circuit, now).circuit, 'PROBE', true, now, 0);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    const last = judge(judged(failures(failuresToOpen - 1)), 'CALL', true, start, 0.999);
    expect(pauseOf(last)).toBe(1_999);
  });

  it('does not listen to calls that were under way when it opened', () => {
    expect(judged([false, true, false], opened)).toBe(opened);
    const { circuit } = admit(opened, start + maxPauseMs);
    expect(judged([false, true], circuit)).toBe(circuit);
  });

  it('does not wait for an hour that was already, when the clock is set back', () => {
    expect(admit(opened, start - 3_600_000).admission).toEqual({ as: 'PROBE' });
  });
});

it('has one probe at a time, calls only while closed, and never refuses for longer than its longest pause', () => {
  const step = fc.record({ waitMs: fc.integer({ min: -5_000, max: 40_000 }), failed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.double({ min: 0, max: 0.99 }), (steps, random) => {
      let circuit: Circuit = closedCircuit;
      let now = start;
      let probing = false;
      for (const { waitMs, failed } of steps) {
        now += waitMs;
        const { state } = circuit;
        const asked = admit(circuit, now);
        circuit = asked.circuit;
        if (asked.admission.as === 'REFUSED') {
          expect(state).not.toBe('CLOSED');
          expect(asked.admission.retryAfterMs).toBeGreaterThan(0);
          expect(asked.admission.retryAfterMs).toBeLessThanOrEqual(maxPauseMs);
          // A refused caller is a chance for the probe to end.
          if (probing) circuit = judge(circuit, 'PROBE', failed, now, random);
          probing = false;
          continue;
        }
        expect(probing).toBe(false);
        expect(asked.admission.as).toBe(state === 'CLOSED' ? 'CALL' : 'PROBE');
        probing = asked.admission.as === 'PROBE';
        if (!probing) circuit = judge(circuit, 'CALL', failed, now, random);
      }
    }),
  );
});
