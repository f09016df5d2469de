import { Injectable } from '@nestjs/common';
import type { ChannelContent, ChannelName } from '../channels/channel';
import type { Delivery } from '../schemas/delivery.schema';

/** What goes out, and where to. */
export interface Composed<Name extends ChannelName = ChannelName> {
  to: string;
  content: ChannelContent[Name];
}

/**
 * Makes the message of a row when it goes out, from how things are then. Null: nobody is there to get it, or it came to be worth
 * nothing; the row is dropped. What is thrown is tried again.
 */
export type Composer = (delivery: Delivery) => Promise<Composed | null>;

/** Asked just before a message of a kind is written: whether it is of use still. */
export type Condition = (delivery: Delivery) => Promise<boolean>;

/** Who writes the messages of which kind. */
@Injectable()
export class Composers {
  private readonly byKind = new Map<string, Composer>();
  private readonly conditions = new Map<string, Condition>();
  private otherwise: Composer | undefined;

  /** To be called once for each kind, in `onModuleInit`. */
  register(kind: string, composer: Composer): void {
    if (this.byKind.has(kind)) throw new Error(`Two composers for ${kind}`);
    this.byKind.set(kind, composer);
  }

  /** For every kind that has none of its own: the templates. */
  registerDefault(composer: Composer): void {
    this.otherwise = composer;
  }

  /** Messages of this kind are dropped where the condition does not hold, whoever writes them. */
  onlyWhile(kind: string, condition: Condition): void {
    this.conditions.set(kind, condition);
  }

  /** @throws Error for a kind that nobody writes. */
  async compose(delivery: Delivery): Promise<Composed | null> {
    const composer = this.byKind.get(delivery.kind) ?? this.otherwise;
    if (!composer) throw new Error(`Nobody composes ${delivery.kind}`);
    const condition = this.conditions.get(delivery.kind);
    return condition && !(await condition(delivery)) ? null : composer(delivery);
  }
}
