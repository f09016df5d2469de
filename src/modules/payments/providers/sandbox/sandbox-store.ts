import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { Collection, Document, Filter } from 'mongodb';
import type { Model } from 'mongoose';
import { createHmac } from 'node:crypto';
import { Clock } from '../../../../common/time/clock';
import { paymentsConfig } from '../../../../config/payments.config';
import type { ProviderEvent, ProviderIntent } from '../payment-provider';
import { sandboxId } from './sandbox-id';
import { SandboxIntent, type SandboxEvent } from './sandbox-intent.schema';

/** What a change of an intent asks for, what it changes, and what it tells. */
export interface SandboxChange {
  condition: Document;
  set?: Document;
  push?: Document;
  tell: Pick<SandboxEvent, 'id' | 'type' | 'data' | 'nextAt'>[];
}

/**
 * The memory of the sandbox. Through the native collection and without a session: it belongs to no transaction, as another
 * company's database would not.
 */
@Injectable()
export class SandboxStore {
  constructor(
    @InjectModel(SandboxIntent.name) private readonly intents: Model<SandboxIntent>,
    @Inject(paymentsConfig.KEY) private readonly config: ConfigType<typeof paymentsConfig>,
    private readonly clock: Clock,
  ) {}

  /** The one that is there, where it was made before. */
  async create(
    fields: Pick<SandboxIntent, '_id' | 'paymentId' | 'amountMinor' | 'currency'>,
  ): Promise<SandboxIntent> {
    const { _id, ...rest } = fields;
    const made = await this.collection.findOneAndUpdate(
      { _id },
      {
        $setOnInsert: {
          ...rest,
          status: 'pending',
          asks: false,
          refundedMinor: 0,
          refunds: [],
          events: [],
          nextAt: null,
        },
      },
      { upsert: true, returnDocument: 'after' },
    );
    if (!made) throw new Error('An upsert gives a document.');
    return made;
  }

  find(id: string): Promise<SandboxIntent | null> {
    return this.collection.findOne({ _id: id });
  }

  /** One conditional update, with what it tells. @returns the intent after it, or null where the condition does not hold. */
  change(
    id: string,
    { condition, set = {}, push = {}, tell }: SandboxChange,
  ): Promise<SandboxIntent | null> {
    const events = tell.map((event) => ({ ...event, attempts: 0 }));
    const nextAt = tell.map((event) => event.nextAt).filter((at) => at !== null);
    return this.collection.findOneAndUpdate(
      { ...condition, _id: id },
      [
        {
          $set: {
            ...set,
            ...Object.fromEntries(
              Object.entries(push).map(([field, value]) => [
                field,
                { $concatArrays: [`$${field}`, { $literal: [value] }] },
              ]),
            ),
            events: { $concatArrays: ['$events', { $literal: events }] },
            nextAt: { $min: ['$nextAt', ...nextAt] },
          },
        },
      ],
      { returnDocument: 'after' },
    );
  }

  /** What an event says that was signed with our secret: whoever sent it, it is what the sandbox has done. */
  async follow(event: ProviderEvent): Promise<void> {
    if (event.about === 'intent') {
      const { paymentId, status, amountMinor, currency } = event;
      // The money may come after it has failed or was cancelled; nothing else happens then. It is the price, or it is refused.
      const from: Filter<SandboxIntent> =
        status === 'succeeded'
          ? {
              status: { $ne: status },
              ...(amountMinor === null ? {} : { amountMinor }),
              ...(currency === null ? {} : { currency }),
            }
          : { status: { $in: ['pending', 'processing'] } };
      await this.collection.updateOne({ _id: sandboxId(paymentId), ...from }, { $set: { status } });
    }
    if (event.about === 'refund' && event.status === 'succeeded') {
      const { providerId, providerRefundId: id, amountMinor } = event;
      const left = { $subtract: ['$amountMinor', '$refundedMinor'] };
      await this.change(providerId, {
        condition: {
          'refunds.id': { $ne: id },
          $expr: { $lte: [amountMinor ?? 0, left] },
        },
        set: {
          status: 'succeeded',
          refundedMinor: { $add: ['$refundedMinor', amountMinor ?? left] },
          refunds: {
            $concatArrays: [
              '$refunds',
              [{ id: { $literal: id }, amountMinor: amountMinor ?? left }],
            ],
          },
        },
        tell: [],
      });
    }
    if (event.about === 'refund' && event.status === 'failed') await this.unfollow(event);
  }

  /** The money of a refund came back from the payer's bank. */
  private async unfollow({
    providerId,
    providerRefundId,
  }: Extract<ProviderEvent, { about: 'refund' }>): Promise<void> {
    const intent = await this.find(providerId);
    const made = intent?.refunds.find(({ id }) => id === providerRefundId);
    if (!made || made.failed) return;
    // It stays, so that news of before do not bring it back.
    await this.collection.updateOne(
      { _id: providerId, refunds: { $elemMatch: { id: providerRefundId, failed: { $ne: true } } } },
      {
        $inc: { refundedMinor: -made.amountMinor },
        $set: { 'refunds.$.failed': true },
      },
    );
  }

  /** Some that have something to tell now. */
  due(limit: number): Promise<SandboxIntent[]> {
    return this.collection
      .find({ nextAt: { $type: 'date', $lte: this.clock.now() } })
      .limit(limit)
      .toArray();
  }

  /** @param nextAt when it is told again; null where it was taken. */
  async told(id: string, eventId: string, nextAt: Date | null): Promise<void> {
    const changed = {
      $mergeObjects: ['$$event', { nextAt, attempts: { $add: ['$$event.attempts', 1] } }],
    };
    await this.collection.updateOne({ _id: id }, [
      {
        $set: {
          events: {
            $map: {
              input: '$events',
              as: 'event',
              in: { $cond: [{ $eq: ['$$event.id', eventId] }, changed, '$$event'] },
            },
          },
        },
      },
      { $set: { nextAt: { $min: '$events.nextAt' } } },
    ]);
  }

  /** An intent as the port gives it. */
  view({ _id, status, refundedMinor }: SandboxIntent): ProviderIntent {
    const [secret = ''] = this.config.sandbox.secrets;
    const proof = createHmac('sha256', secret).update(_id).digest('hex').slice(0, 24);
    return { providerId: _id, status, clientSecret: `${_id}_secret_${proof}`, refundedMinor };
  }

  private get collection(): Collection<SandboxIntent> {
    return this.intents.collection as unknown as Collection<SandboxIntent>;
  }
}
