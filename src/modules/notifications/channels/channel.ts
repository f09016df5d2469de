import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import type { Mail } from '../mailer';

export const CHANNELS = ['push', 'email', 'sms'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/**
 * What a push shows. The push service of the browser's maker carries it: ids, kind and a title that is the same for everybody,
 * never a name, a text or a place.
 */
export interface PushContent {
  id: string | null;
  kind: string;
  subject: { kind: string; id: string };
  title: string;
}

export interface SmsContent {
  text: string;
}

/** What each channel carries. */
export interface ChannelContent {
  push: PushContent;
  email: Omit<Mail, 'to'>;
  sms: SmsContent;
}

/** One attempt to send, with the address as it is now. */
export interface OutgoingMessage<Name extends ChannelName = ChannelName> {
  /** The same for every attempt: the provider's idempotency key, where it has one. */
  idempotencyKey: string;
  /** An e-mail address, a phone number (E.164), or the hexadecimal id of a device. */
  to: string;
  content: ChannelContent[Name];
  /** An SOS: the provider is asked to be quick, and to wake the device. */
  urgent: boolean;
  /** Worth nothing after this; null where it keeps. */
  expiresAt: Date | null;
}

/**
 * What came of an attempt. What is thrown counts as `retry`. `reason` is a short code for operators (`timeout`, `http_503`):
 * it is stored, so it never holds an address, a name or a text.
 */
export type SendResult =
  /** The provider took it over. */
  | { status: 'sent'; providerId?: string }
  /** May work later. @property afterSeconds what the provider asked for (Retry-After). */
  | { status: 'retry'; reason: string; afterSeconds?: number }
  /** The address is no more (an expired push subscription): `forget` is called, and nobody tries again. */
  | { status: 'gone'; reason: string }
  /** The provider never takes this: a dead letter at once. */
  | { status: 'rejected'; reason: string };

/** Where somebody is reached: `device` for push, null for the account's one address. */
export interface Target {
  user: Types.ObjectId;
  device: Types.ObjectId | null;
}

/** One way to people outside the app; an adapter for each, registered with Channels. */
export abstract class Channel<Name extends ChannelName = ChannelName> {
  abstract readonly name: Name;

  /** Inside a transaction: where these people could be reached by this channel now. Whoever cannot be is left out. */
  abstract targets(session: ClientSession, users: Types.ObjectId[]): Promise<Target[]>;

  /** The address of a target as it is when a message goes out; null when there is none any more. */
  abstract address(target: Target): Promise<string | null>;

  /** One attempt; the worker gives up on it after 30 s and counts a retry. */
  abstract send(message: OutgoingMessage<Name>): Promise<SendResult>;

  /** After `gone`. */
  forget?(to: string): Promise<void>;
}
