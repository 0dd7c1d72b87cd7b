import type Stripe from 'stripe';
import { invalidRequest } from '../http/errors.js';
import type { Reader } from '../http/params.js';

export const blankEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

export type TextEvidence = Partial<Record<keyof Stripe.Dispute.Evidence, string>>;

/** Any of Stripe's text fields of evidence. */
export const evidence: Reader<TextEvidence | undefined> = (value, path) => {
  if (value === undefined) return undefined;
  const read: TextEvidence = {};
  for (const [name, item] of Object.entries(typeof value === 'string' ? {} : value)) {
    if (!isEvidenceField(name) || typeof item !== 'string') {
      throw invalidRequest(`Received unknown parameter: ${path}[${name}]`, {
        code: 'parameter_unknown',
        param: `${path}[${name}]`,
      });
    }
    read[name] = item;
  }
  return read;
};

function isEvidenceField(
  name: string,
): name is Exclude<keyof Stripe.Dispute.Evidence, 'appeal' | 'enhanced_evidence'> {
  return name !== 'enhanced_evidence' && name in blankEvidence;
}

export function textOnly(
  given: TextEvidence,
): Partial<Omit<Stripe.Dispute.Evidence, 'appeal' | 'enhanced_evidence'>> {
  const { appeal: _appeal, enhanced_evidence: _enhanced, ...texts } = given;
  return texts;
}
