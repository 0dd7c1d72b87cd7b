import Stripe from 'stripe';

/**
 * The SDK's HTTP client, which takes from what is between us and Stripe only what Stripe may have said: an object of some
 * kind, or an error of some type. Of other JSON it makes what the SDK makes of no JSON at all, a StripeAPIError. Without
 * that, the SDK throws where nobody can catch it when the JSON is a string or a number, and the process ends.
 */
export function createHttpClient(): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    makeRequest: async (...request) => onlyStripes(await client.makeRequest(...request)),
  };
}

function onlyStripes(response: Stripe.HttpClientResponse): Stripe.HttpClientResponse {
  const read = response.toJSON.bind(response);
  const toJSON = async (): Promise<unknown> => {
    const answer: unknown = await read();
    if (!isStripes(answer)) throw new Error('This JSON is no answer of Stripe.');
    return answer;
  };
  return Object.assign(response, { toJSON });
}

const isStripes = (answer: unknown): boolean =>
  isObject(answer) &&
  (typeof answer.object === 'string' || (isObject(answer.error) && typeof answer.error.type === 'string'));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
