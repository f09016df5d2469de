export interface Mail {
  to: string;
  subject: string;
  text: string;
  html?: string;
}

/** Sends e-mail. Resolves when the mail has been handed over for good, so that a crash cannot lose it. */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}
