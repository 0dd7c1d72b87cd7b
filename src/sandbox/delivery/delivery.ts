/** One event on its way to one webhook endpoint. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  type: string;
  /** `dropped` by a fault, `failed` when its attempts are used up, `canceled` when its endpoint went away. */
  state: 'pending' | 'delivered' | 'failed' | 'dropped' | 'canceled';
  attempts: DeliveryAttempt[];
}

export interface DeliveryAttempt {
  /** Unix seconds, by the sandbox's clock. */
  at: number;
  /** The endpoint's HTTP status; null when it could not be reached. */
  status: number | null;
  error: string | null;
}
