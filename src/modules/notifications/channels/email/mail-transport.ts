import type { Mail } from '../../mailer';

export interface OutgoingMail extends Mail {
  /** The same for each try of one mail, so that who gets it twice sees one. */
  key?: string;
}

/** Hands mail over: to a mail server, or to files in development. Resolves when a crash cannot lose it any more. */
export abstract class MailTransport {
  /** @throws DeliveryFailure */
  abstract send(mail: OutgoingMail): Promise<void>;
}
