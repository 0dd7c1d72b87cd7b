export type Role = 'customer' | 'service' | 'admin';

/** A demo key by its role, the key that was typed in, or none. */
export type KeyChoice = Role | 'other' | 'none';

/** Published, so no secrets: servers accept them in development only. */
export const demoKeys: Readonly<Record<Role, string>> = {
  customer: 'demo_customer_key',
  service: 'demo_service_key',
  admin: 'demo_admin_key',
};

/** The key that a choice stands for; null for none. */
export function keyOf(choice: KeyChoice, otherKey: string): string | null {
  if (choice === 'none') return null;
  if (choice === 'other') return otherKey.trim() || null;
  return demoKeys[choice];
}

/** The choices on offer, the usual one first. */
export function choicesOffered(withDemoKeys: boolean): readonly [KeyChoice, ...KeyChoice[]] {
  return withDemoKeys ? ['customer', 'service', 'admin', 'other', 'none'] : ['other', 'none'];
}

/** Headers of one request: what the tab's Headers editor says wins over the key chosen in the bar. */
export function requestHeaders(
  editorHeaders: Readonly<Record<string, unknown>>,
  key: string | null,
): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(editorHeaders).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  if (key !== null) headers.authorization ??= `Bearer ${key}`;
  return headers;
}

/** Whether the text of a Headers editor names its own Authorization, so that the chosen key is not sent. */
export function namesAuthorization(headersText: string | null): boolean {
  return headersText !== null && /"authorization"\s*:/i.test(headersText);
}
