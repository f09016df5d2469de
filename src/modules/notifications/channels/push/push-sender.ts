/** Where a browser or an app takes pushes, and the keys that only it can read them with (RFC 8291). */
export interface PushSubscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export interface PushMessage {
  /** At most 3,000 bytes, without personal data: it passes through the push service and lies on locked screens. */
  payload: string;
  /** How long a device that is switched off may come back and still get it, in seconds. */
  ttlSeconds: number;
  /** `high` wakes a sleeping device (RFC 8030, section 5.3). */
  urgency: 'normal' | 'high';
  /** A newer message of the same topic takes the place of one that was not delivered yet; 32 characters of base64url. */
  topic?: string;
}

/** Sends pushes to devices. Resolves when the push service has taken the message. */
export abstract class PushSender {
  /** False where no keys are configured: then nobody can be reached this way. */
  abstract readonly available: boolean;

  /** The key that clients subscribe with (`applicationServerKey`), in base64url; null where there is none. */
  abstract readonly publicKey: string | null;

  /** @throws DeliveryFailure `gone` for a subscription that has ended. */
  abstract send(subscription: PushSubscription, message: PushMessage): Promise<void>;
}
