const variable = /("paymentIntentId"\s*:\s*)"[^"]*"/;

/** The text of a variables editor with `paymentIntentId` in its place; the text as it is if it has no such variable. */
export function withPaymentIntentId(variablesText: string, paymentIntentId: string): string {
  return variablesText.replace(variable, (_all, name: string) => name + JSON.stringify(paymentIntentId));
}
