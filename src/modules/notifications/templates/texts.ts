import type { NotificationKind } from '../notification-kinds';

export interface KindTexts {
  /** The same for everybody: push services and mail servers on the way read it. No placeholders. */
  title: string;
  /** One or two sentences. `{actor}` is who did it; other names are those of the notice's params. */
  body: string;
}

/** Everything that is said in one language. */
export interface Texts {
  /** In place of the name of an account that was erased. */
  nobody: string;
  /** Before the link in a mail. */
  open: string;
  /** At the end of a mail: why it came. */
  why: string;
  /** The same, for what cannot be switched off. */
  account: string;
  kinds: Record<NotificationKind, KindTexts>;
}
