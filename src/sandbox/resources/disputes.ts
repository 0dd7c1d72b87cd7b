import type Stripe from 'stripe';
import type { CardBehaviour } from '../cards.js';
import { invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import { filledText, flag, inRange, mergeMetadata, metadata, pageParams, timeRange } from '../http/params.js';
import { type Route, route } from '../http/router.js';
import { idOf, type World } from '../world.js';
import { book } from './balance.js';
import { blankEvidence, evidence, type TextEvidence, textOnly } from './dispute-evidence.js';
import { closeFraudWarnings, warnOfFraud } from './fraud-warnings.js';

const disputeFee = 1500;
const evidenceSeconds = 9 * 24 * 60 * 60;

export type DisputeReason = 'fraudulent' | 'product_not_received' | 'general';

type Stage = { status: 'needs_response' | 'warning_needs_response'; caseType: 'chargeback' | 'inquiry' };

/** What some test cards cause after a payment succeeded (https://docs.stripe.com/testing#disputes). */
export function afterCharge(world: World, chargeId: string, effect: CardBehaviour['afterCharge']): void {
  if (effect === 'dispute') openDispute(world, chargeId, 'fraudulent');
  if (effect === 'dispute_not_received') openDispute(world, chargeId, 'product_not_received');
  if (effect === 'inquiry') openInquiry(world, chargeId);
  if (effect === 'early_fraud_warning') warnOfFraud(world, chargeId);
}

/** A chargeback: the money leaves at once (https://docs.stripe.com/disputes/how-disputes-work). */
export function openDispute(
  world: World,
  chargeId: string,
  reason: DisputeReason,
  amount?: number,
): Stripe.Dispute {
  const stage = { status: 'needs_response', caseType: 'chargeback' } as const;
  const dispute = create(world, chargeId, reason, stage, amount);
  return withdrawFunds(world, dispute);
}

/** An inquiry: the issuer asks first, no money moves. */
export function openInquiry(world: World, chargeId: string, amount?: number): Stripe.Dispute {
  const stage = { status: 'warning_needs_response', caseType: 'inquiry' } as const;
  return create(world, chargeId, 'general', stage, amount);
}

/** An inquiry that becomes a chargeback. */
export function escalateInquiry(world: World, id: string): Stripe.Dispute {
  const dispute = world.find('dispute', id);
  if (dispute.status !== 'warning_needs_response' && dispute.status !== 'warning_under_review') {
    throw invalidRequest(`The dispute ${id} is not an open inquiry (its status is ${dispute.status}).`);
  }
  const escalated = change(world, dispute, { status: 'needs_response' });
  return withdrawFunds(world, escalated);
}

/** The issuer decides for the seller: the money comes back. */
export function winDispute(world: World, id: string): Stripe.Dispute {
  const dispute = openOne(world, id);
  if (dispute.balance_transactions.length === 0) return close(world, dispute, 'warning_closed');
  const charge = world.find('charge', idOf(dispute.charge));
  const reinstated = book(world, {
    type: 'adjustment',
    reportingCategory: 'dispute_reversal',
    amount: dispute.amount,
    fee: 0,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback reversal for ${charge.id}`,
  });
  const won = close(world, dispute, 'won', reinstated);
  world.emit('charge.dispute.funds_reinstated', won, { balance_transactions: dispute.balance_transactions });
  return won;
}

/** The issuer decides for the customer. An inquiry is only closed: there is nothing to lose yet. */
export function loseDispute(world: World, id: string): Stripe.Dispute {
  const dispute = openOne(world, id);
  return close(world, dispute, dispute.balance_transactions.length === 0 ? 'warning_closed' : 'lost');
}

function create(
  world: World,
  chargeId: string,
  reason: DisputeReason,
  stage: Stage,
  part?: number,
): Stripe.Dispute {
  const charge = world.find('charge', chargeId);
  if (charge.status !== 'succeeded' || !charge.captured || charge.disputed) {
    throw invalidRequest(
      `The charge ${chargeId} cannot be disputed: it must be captured and not yet disputed.`,
    );
  }
  const amount = part ?? charge.amount_captured;
  if (!Number.isSafeInteger(amount) || amount <= 0 || amount > charge.amount_captured) {
    throw invalidRequest(`A dispute of ${chargeId} is about 1 to ${charge.amount_captured}.`, {
      param: 'amount',
    });
  }
  const card = charge.payment_method_details?.card;
  const dispute = world.store.put('dispute', {
    id: world.id('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: blankEvidence,
    evidence_details: {
      due_by: world.now() + evidenceSeconds,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: stage.caseType === 'inquiry',
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent === null ? null : idOf(charge.payment_intent),
    ...(card
      ? {
          payment_method_details: {
            type: 'card',
            card: {
              brand: card.brand ?? 'visa',
              case_type: stage.caseType,
              network: card.network ?? 'visa',
              network_reason_code: '10.4',
            },
          },
        }
      : {}),
    reason,
    status: stage.status,
  });
  const disputed = world.store.put('charge', { ...charge, disputed: true });
  world.emit('charge.dispute.created', dispute);
  world.emit('charge.updated', disputed, { disputed: false });
  closeFraudWarnings(world, disputed);
  return dispute;
}

function withdrawFunds(world: World, dispute: Stripe.Dispute): Stripe.Dispute {
  const withdrawn = book(world, {
    type: 'adjustment',
    reportingCategory: 'dispute',
    amount: -dispute.amount,
    fee: disputeFee,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback withdrawal for ${idOf(dispute.charge)}`,
    availableNow: true,
  });
  const updated = world.store.put('dispute', {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, withdrawn],
    is_charge_refundable: false,
  });
  world.emit('charge.dispute.funds_withdrawn', updated, {
    balance_transactions: dispute.balance_transactions,
  });
  return updated;
}

function openOne(world: World, id: string): Stripe.Dispute {
  const dispute = world.find('dispute', id);
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw invalidRequest(`This dispute is already closed (its status is ${dispute.status}).`);
  }
  return dispute;
}

function close(
  world: World,
  dispute: Stripe.Dispute,
  status: 'won' | 'lost' | 'warning_closed',
  transaction?: Stripe.BalanceTransaction,
): Stripe.Dispute {
  const closed = world.store.put('dispute', {
    ...dispute,
    status,
    is_charge_refundable: status !== 'lost',
    balance_transactions: transaction
      ? [...dispute.balance_transactions, transaction]
      : dispute.balance_transactions,
  });
  world.emit('charge.dispute.closed', closed, { status: dispute.status });
  return closed;
}

function change(
  world: World,
  dispute: Stripe.Dispute,
  changes: Partial<Pick<Stripe.Dispute, 'status' | 'metadata' | 'evidence' | 'evidence_details'>>,
): Stripe.Dispute {
  const changed = world.store.put('dispute', { ...dispute, ...changes });
  const previous: Partial<Stripe.Dispute> = {};
  if (changes.status) previous.status = dispute.status;
  if (changes.metadata) previous.metadata = dispute.metadata;
  if (changes.evidence) previous.evidence = dispute.evidence;
  world.emit('charge.dispute.updated', changed, previous);
  return changed;
}

/** Submitted evidence is judged by what it says (https://docs.stripe.com/testing#evidence). */
function update(
  world: World,
  id: string,
  body: {
    evidence: TextEvidence | undefined;
    submit: boolean | undefined;
    metadata: Record<string, string> | '' | undefined;
  },
): Stripe.Dispute {
  const dispute = openOne(world, id);
  const submitted = body.evidence !== undefined && body.submit !== false;
  const underReview = dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review';
  const updated = change(world, dispute, {
    ...(body.metadata === undefined ? {} : { metadata: mergeMetadata(dispute.metadata, body.metadata) }),
    ...(body.evidence
      ? {
          evidence: { ...dispute.evidence, ...textOnly(body.evidence) },
          evidence_details: {
            ...dispute.evidence_details,
            has_evidence: true,
            submission_count: dispute.evidence_details.submission_count + (submitted ? 1 : 0),
            submission_method: submitted ? 'manual' : dispute.evidence_details.submission_method,
          },
        }
      : {}),
    ...(submitted ? { status: underReview } : {}),
  });
  if (submitted && body.evidence?.uncategorized_text === 'winning_evidence') return winDispute(world, id);
  if (submitted && body.evidence?.uncategorized_text === 'losing_evidence') return loseDispute(world, id);
  return updated;
}

export function disputeRoutes(world: World): Route[] {
  const ofPayment = { ...pageParams, charge: filledText, created: timeRange, payment_intent: filledText };
  const fits = (
    item: {
      charge: string | { id: string };
      created: number;
      payment_intent?: string | { id: string } | null;
    },
    query: {
      charge: string | undefined;
      payment_intent: string | undefined;
      created: Parameters<typeof inRange>[1];
    },
  ) =>
    inRange(item.created, query.created) &&
    (query.charge === undefined || item.charge === query.charge) &&
    (query.payment_intent === undefined || item.payment_intent === query.payment_intent);
  return [
    route('GET', '/v1/disputes', {
      returns: 'list of dispute',
      params: ofPayment,
      handle: (query) => {
        const found = world.store.all('dispute').filter((dispute) => fits(dispute, query));
        return page('/v1/disputes', 'dispute', found, query);
      },
    }),
    route('GET', '/v1/disputes/:', {
      returns: 'dispute',
      params: {},
      handle: (_, { id }) => world.find('dispute', id),
    }),
    route('POST', '/v1/disputes/:', {
      returns: 'dispute',
      params: { evidence, metadata, submit: flag },
      handle: (body, { id }) => update(world, id, body),
    }),
    route('POST', '/v1/disputes/:/close', {
      returns: 'dispute',
      params: {},
      handle: (_, { id }) => loseDispute(world, id),
    }),
    route('GET', '/v1/radar/early_fraud_warnings', {
      returns: 'list of early_fraud_warning',
      params: ofPayment,
      handle: (query) => {
        const found = world.store.all('early_fraud_warning').filter((warning) => fits(warning, query));
        return page('/v1/radar/early_fraud_warnings', 'early fraud warning', found, query);
      },
    }),
    route('GET', '/v1/radar/early_fraud_warnings/:', {
      returns: 'early_fraud_warning',
      params: {},
      handle: (_, { id }) => world.find('early_fraud_warning', id),
    }),
  ];
}
