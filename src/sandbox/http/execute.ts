import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/log.js';
import type { ApiFault } from '../faults.js';
import type { World } from '../world.js';
import { type Answer, errorAnswer, successAnswer } from './answers.js';
import { secretKeyRequired } from './auth.js';
import { serverError } from './errors.js';
import { checkExpand, expand } from './expand.js';
import { emptyNode, type FormNode } from './form.js';
import type { Idempotency, IdempotencyRecord } from './idempotency.js';
import { textList } from './params.js';
import type { LoggedRequest } from './request-log.js';
import type { Call, Match, Prepared } from './router.js';

export interface Execution {
  world: World;
  idempotency: Idempotency;
  log: Log;
  /** Aborted when the sandbox closes, so that nobody waits on. */
  closing: AbortSignal;
  match: Match;
  form: FormNode;
  caller: Pick<Call, 'keyKind' | 'version'>;
  entry: LoggedRequest;
  fault: ApiFault | undefined;
}

/** Does what a request asks for, once per idempotency key. */
export async function execute(execution: Execution): Promise<Answer> {
  const { idempotency, form, entry } = execution;
  const key = entry.method === 'POST' ? entry.idempotencyKey : null;
  if (key === null) return work(execution, prepare(execution));
  const saved = idempotency.find(key, entry.path, form);
  if (saved) {
    entry.replayed = true;
    return replay(saved);
  }
  const prepared = prepare(execution);
  idempotency.begin(key);
  try {
    const answer = await work(execution, prepared, (given) => {
      const { status, body } = given;
      idempotency.save({ id: key, path: entry.path, requestId: entry.id, status, body }, form);
    });
    return { ...answer, headers: { ...answer.headers, 'original-request': entry.id } };
  } finally {
    idempotency.end(key);
  }
}

/** Checks everything that is refused before execution begins. */
function prepare({ world, match, form, caller }: Execution): Prepared {
  const { expand: expandForm, key: _, ...rest } = form;
  const paths = textList(expandForm, 'expand') ?? [];
  checkExpand(paths, match.route.returns);
  if (caller.keyKind === 'publishable' && paths.length > 0) throw secretKeyRequired();
  const call = { id: match.id, subId: match.subId, ...caller };
  const prepared = match.route.prepare(Object.assign(emptyNode(), rest), call);
  return () => expand(prepared(), paths, world);
}

/** Executes. What changed, and the answer if it is to be saved, are written in one step. */
async function work(
  { world, entry, fault, log, closing }: Execution,
  prepared: Prepared,
  save: (answer: Answer) => void = () => {},
): Promise<Answer> {
  if (fault?.fault === 'latency') await sleep(fault.delayMs ?? 0, undefined, { signal: closing, ref: false });
  const failure = (error: unknown) => errorAnswer(error, entry, log, world.baseUrl());
  const attempt = () => {
    try {
      return successAnswer(prepared());
    } catch (error) {
      return failure(error);
    }
  };
  const done = world.withOrigin({ id: entry.id, idempotencyKey: entry.idempotencyKey }, attempt);
  entry.executed = true;
  const answer = fault?.fault === 'server_error' && fault.when === 'after' ? failure(serverError()) : done;
  save(answer);
  world.store.commit();
  return answer;
}

/** Retrying a saved 500 would only replay it, so callers are told not to. */
function replay(saved: IdempotencyRecord): Answer {
  return {
    status: saved.status,
    body: saved.body,
    headers: {
      'idempotent-replayed': 'true',
      'original-request': saved.requestId,
      ...(saved.status >= 500 ? { 'stripe-should-retry': 'false' } : {}),
    },
  };
}
