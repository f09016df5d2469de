import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from './device';
import { AskFailed } from './device';
import type { Entry, Journal, Step } from './journal';
import { type Answer, NoAnswer, send } from './send';

/** A step that is not answered within this time is given up, and told as a violation. Far above any outage of a run. */
const GIVE_UP_MS = 120_000;
const AGAIN_AFTER_MS = 250;

interface Emergency {
  id: string;
  seq: number;
}

export interface StepOptions {
  emergency?: string;
  data?: Record<string, unknown>;
  /** The first attempt goes to this node, not through the proxy. */
  firstTo?: string;
  /** The step before which this one was meant: a second phone uses the same key. */
  key?: string;
}

/** What came of a step: the data of the answer, or the code of the refusal. */
export type Outcome<T> = { ok: true; data: T } | { ok: false; code: string };

interface Reply {
  status: number;
  code: string | null;
  retryAfter: number | undefined;
  replayed: boolean;
  data: unknown;
}

/** Somebody with an account and a phone. Sends each step until it is answered, with one key, as a real client does. */
export class Person {
  constructor(
    readonly id: string,
    private readonly token: string,
    private readonly url: string,
    readonly device: Device,
    private readonly journal: Journal,
  ) {}

  /** @throws GaveUp when there is no answer within two minutes. */
  http(
    step: Step,
    method: string,
    path: string,
    body: Record<string, unknown>,
    { emergency, data = {}, firstTo, key = randomUUID() }: StepOptions = {},
  ): Promise<Outcome<Emergency>> {
    const entry = this.begin(step, key, emergency, { ...body, ...data });
    return this.until(entry, async (attempt) => {
      const url = attempt === 0 && firstTo !== undefined ? firstTo : this.url;
      const sending = { method, path, body, key, token: this.token };
      return toReply(await send<Emergency>(url, sending));
    });
  }

  /** By the socket. @throws GaveUp when there is no answer within two minutes. */
  socket(
    step: Step,
    message: string,
    payload: Record<string, unknown>,
    emergency?: string,
    key: string = randomUUID(),
  ): Promise<Outcome<Emergency>> {
    const entry = this.begin(step, key, emergency, payload);
    return this.until(entry, async () => {
      try {
        const data = await this.device.ask<unknown>(message, payload);
        return { status: 200, code: null, retryAfter: undefined, replayed: false, data };
      } catch (error) {
        if (!(error instanceof AskFailed) || !error.answered) throw error;
        const retry = error.code === 'UNAVAILABLE';
        return {
          status: retry ? 503 : 400,
          code: error.code,
          retryAfter: undefined,
          replayed: false,
          data: null,
        };
      }
    });
  }

  private begin(
    step: Step,
    key: string,
    emergency: string | undefined,
    data: Record<string, unknown>,
  ): Entry {
    return this.journal.begin({ step, actor: this.id, key, emergency: emergency ?? null, data });
  }

  private async until(
    entry: Entry,
    attempt: (number: number) => Promise<Reply>,
  ): Promise<Outcome<Emergency>> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (let number = 0; Date.now() < deadline; number += 1) {
      const sentAt = Date.now();
      const reply = await attempt(number).catch((error: unknown) => error);
      const endedAt = Date.now();
      entry.attempts.push({ sentAt, endedAt, outcome: outcomeOf(reply) });
      if (isReply(reply) && reply.status !== 503) return this.settle(entry, reply, endedAt);
      this.journal.note(entry);
      await delay(AGAIN_AFTER_MS * (0.5 + Math.random()));
    }
    throw new GaveUp(entry);
  }

  private settle(entry: Entry, reply: Reply, at: number): Outcome<Emergency> {
    const data = reply.data as Emergency;
    if (reply.code === null) {
      const seq = typeof data?.seq === 'number' ? data.seq : null;
      entry.acknowledged = { at, seq, replayed: reply.replayed };
      if (entry.step === 'raise') entry.emergency = data.id;
    } else entry.refused = `${reply.status} ${reply.code}`;
    this.journal.note(entry);
    return reply.code === null ? { ok: true, data } : { ok: false, code: reply.code };
  }
}

/** Nobody answered a step for two minutes. */
export class GaveUp extends Error {
  constructor(readonly entry: Entry) {
    super(`Step ${entry.number} (${entry.step}) was not answered within two minutes.`);
  }
}

function toReply({ status, retryAfter, replayed, envelope }: Answer<unknown>): Reply {
  return envelope.success
    ? { status, code: null, retryAfter, replayed, data: envelope.data }
    : { status, code: envelope.error.code, retryAfter, replayed, data: null };
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && 'replayed' in value;
}

function outcomeOf(reply: unknown): string {
  if (isReply(reply)) {
    const wait = reply.retryAfter === undefined ? '' : `, Retry-After ${reply.retryAfter}`;
    return `${reply.status}${reply.code === null ? '' : ` ${reply.code}${wait}`}`;
  }
  if (reply instanceof NoAnswer) return reply.why;
  if (reply instanceof AskFailed) return reply.code;
  return String(reply);
}
