export interface Sms {
  /** E.164, such as +4915112345678. */
  to: string;
  text: string;
  /** The same for each try of one message. */
  key?: string;
}

/** Sends short messages to telephones. Resolves when the provider has taken the message. */
export abstract class SmsSender {
  /** False where no provider is configured: then nobody can be reached this way. */
  abstract readonly available: boolean;

  /** @throws DeliveryFailure */
  abstract send(sms: Sms): Promise<void>;
}
