/** Of so many latest calls, */
export const callsJudged = 10;
/** so many must have failed before no more are made, */
export const failuresToOpen = 5;
/** all of them no longer ago than this. */
export const judgedForMs = 60_000;

/** The first pause lasts at most this long, each one after a probe that failed twice as long as the one before, */
const firstPauseMs = 2_000;
/** up to this. */
export const maxPauseMs = 60_000;
/** When to come again while a probe is under way. */
const probeRetryMs = 1_000;

interface JudgedCall {
  readonly atMs: number;
  readonly failed: boolean;
}

/**
 * Whether calls are made. CLOSED: they are. OPEN: Stripe does not answer, so for a pause none is. HALF_OPEN: the pause
 * is over, and one call, the probe, is finding out whether it answers again.
 */
export type Circuit =
  | { readonly state: 'CLOSED'; readonly latest: readonly JudgedCall[] }
  | { readonly state: 'OPEN'; readonly openings: number; readonly sinceMs: number; readonly pauseMs: number }
  | { readonly state: 'HALF_OPEN'; readonly openings: number };

export type Admission =
  | { readonly as: 'CALL' | 'PROBE' }
  | { readonly as: 'REFUSED'; readonly retryAfterMs: number };

export const closedCircuit: Circuit = { state: 'CLOSED', latest: [] };

/** Whether a call may be made now. It has to be told to `judge` once it is over, unless it was refused. */
export function admit(
  circuit: Circuit,
  nowMs: number,
): { readonly circuit: Circuit; readonly admission: Admission } {
  switch (circuit.state) {
    case 'CLOSED':
      return { circuit, admission: { as: 'CALL' } };
    case 'HALF_OPEN':
      return { circuit, admission: { as: 'REFUSED', retryAfterMs: probeRetryMs } };
    case 'OPEN': {
      const retryAfterMs = pauseLeftMs(circuit, nowMs);
      if (retryAfterMs > 0) return { circuit, admission: { as: 'REFUSED', retryAfterMs } };
      return { circuit: { state: 'HALF_OPEN', openings: circuit.openings }, admission: { as: 'PROBE' } };
    }
  }
}

/**
 * What a call that is over says about the calls after it.
 * @param failed whether Stripe gave no answer; a refusal is an answer
 * @param random at least 0 and less than 1: the jitter, so that not all processes probe at once
 */
export function judge(
  circuit: Circuit,
  as: 'CALL' | 'PROBE',
  failed: boolean,
  nowMs: number,
  random: number,
): Circuit {
  if (circuit.state === 'HALF_OPEN' && as === 'PROBE') {
    return failed ? opened(circuit.openings + 1, nowMs, random) : closedCircuit;
  }
  // A call that was under way when the circuit opened: it says nothing that is not known.
  if (circuit.state !== 'CLOSED') return circuit;
  const latest = [...circuit.latest, { atMs: nowMs, failed }]
    .filter(({ atMs }) => Math.abs(nowMs - atMs) <= judgedForMs)
    .slice(-callsJudged);
  if (latest.filter((call) => call.failed).length >= failuresToOpen) return opened(1, nowMs, random);
  return { state: 'CLOSED', latest };
}

/** How long callers should wait before they come again. */
export function retryAfterMsOf(circuit: Circuit, nowMs: number): number {
  return circuit.state === 'OPEN' ? Math.max(probeRetryMs, pauseLeftMs(circuit, nowMs)) : probeRetryMs;
}

/** Between half of the pause and all of it. */
function opened(openings: number, nowMs: number, random: number): Circuit {
  const longestMs = Math.min(maxPauseMs, firstPauseMs * 2 ** (openings - 1));
  return { state: 'OPEN', openings, sinceMs: nowMs, pauseMs: (longestMs * (1 + random)) / 2 };
}

/** A clock that was set back must not make a pause longer: then it is over. */
function pauseLeftMs(circuit: Extract<Circuit, { state: 'OPEN' }>, nowMs: number): number {
  const elapsedMs = nowMs - circuit.sinceMs;
  return elapsedMs < 0 ? 0 : Math.max(0, circuit.pauseMs - elapsedMs);
}
