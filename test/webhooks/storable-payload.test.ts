import { describe, expect, it } from '@jest/globals';
import { storablePayload } from '../../src/webhooks/storable-payload.js';

describe('a payload as the inbox keeps it', () => {
  const kept = (object: object) => storablePayload({ data: { object } });

  it('does not say who paid, by whichever method', () => {
    const details = {
      paypal: { payer_email: 'ada@example.com', payer_id: 'ADA', payer_name: 'Ada', country: 'GB' },
      ideal: { bank: 'ing', iban_last4: '5432', verified_name: 'Ada Lovelace' },
      cashapp: { buyer_id: 'ADA', cashtag: '$ada' },
      klarna: { payer_details: { address: { country: 'GB' } }, preferred_locale: 'en-GB' },
      us_bank_account: { account_holder_type: 'individual', bank_name: 'ADA BANK', last4: '6789' },
      upi: { vpa: 'ada@bank' },
      card: {
        brand: 'visa',
        last4: '4242',
        wallet: { billing_address: {}, shipping_address: {}, type: 'link' },
      },
      customer_balance: { iban: 'GB00ADA', clabe: '0012', account_number: '12345' },
    };
    expect(kept({ id: 'ch_1', payment_method_details: details })).toEqual({
      data: {
        object: {
          id: 'ch_1',
          payment_method_details: {
            paypal: { country: 'GB' },
            ideal: { bank: 'ing', iban_last4: '5432' },
            cashapp: {},
            klarna: { preferred_locale: 'en-GB' },
            us_bank_account: { account_holder_type: 'individual', last4: '6789' },
            upi: {},
            card: { brand: 'visa', last4: '4242', wallet: { type: 'link' } },
            customer_balance: {},
          },
        },
      },
    });
  });

  it('does not say where a refund was announced', () => {
    const refund = {
      id: 're_1',
      instructions_email: 'ada@example.com',
      next_action: { display_details: { email_sent: { email_sent_to: 'ada@example.com' } } },
      status: 'requires_action',
    };
    expect(kept(refund)).toEqual({ data: { object: { id: 're_1', status: 'requires_action' } } });
  });

  it('holds no client secret, also of those that are part of an address', () => {
    const url = 'https://hooks.stripe.com/redirect/authenticate/src_1?client_secret=src_client_secret_1';
    const intent = {
      id: 'pi_1',
      client_secret: 'pi_1_secret_1',
      next_action: { type: 'redirect_to_url', redirect_to_url: { url } },
      status: 'requires_action',
    };
    expect(kept(intent)).toEqual({ data: { object: { id: 'pi_1', status: 'requires_action' } } });
  });
});
