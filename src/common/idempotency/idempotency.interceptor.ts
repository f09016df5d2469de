import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { InjectModel } from '@nestjs/mongoose';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Model } from 'mongoose';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Actor } from '../auth/actor';
import { duplicateKeyIndex } from '../database/duplicate-key';
import { TransactionRunner } from '../database/transaction-runner';
import { DomainError } from '../errors/domain-error';
import type { ErrorCode } from '../errors/error-codes';
import { Clock } from '../time/clock';
import { bodyHash, idempotencyKey, keyReused } from './idempotency-key';
import { IDEMPOTENT_ROUTE, type IdempotentOptions, REPLAYED_HEADER } from './idempotent.decorator';
import { recordsOf } from './idempotency-records';
import { IdempotencyRecord } from './idempotency-record.schema';

interface Keyed {
  id: string;
  hash: string;
  /** The id in the path: what the request is about. */
  about: string | undefined;
  /** Answers a repeat from what is now; absent where the first answer is kept. */
  rebuild: (() => Promise<unknown>) | undefined;
}

/**
 * Makes `@Idempotent()` routes repeatable by Idempotency-Key. The whole handler runs in one transaction that begins by
 * claiming the key, so effect and record are written together or not at all, and a repeat that arrives meanwhile waits
 * for the first: the database makes the second claim of a key retry until the first has committed.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
    @InjectModel(IdempotencyRecord.name) private readonly records: Model<IdempotencyRecord>,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Actor }>();
    const options = this.reflector.get<IdempotentOptions | undefined>(
      IDEMPOTENT_ROUTE,
      context.getHandler(),
    );
    const actor = request.user;
    if (!options || !actor) return next.handle();
    const key = idempotencyKey(request.headers['idempotency-key']);
    const { complete, replay: view } = options;
    const completed = async (kept: Promise<unknown>): Promise<unknown> =>
      complete ? this.modules.get(complete, { strict: false }).complete(actor, await kept) : kept;
    if (key === undefined) {
      return complete ? from(completed(lastValueFrom(next.handle()))) : next.handle();
    }
    const params = (request.params ?? {}) as Record<string, string>;
    const keyed: Keyed = {
      id: `${recordsOf(actor.id)}${request.method} ${request.url.split('?')[0] ?? ''} ${key}`,
      hash: bodyHash(request.body ?? null),
      about: params.id?.toLowerCase(),
      rebuild: view && (() => this.modules.get(view, { strict: false }).replay(actor, params)),
    };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(completed(this.once(keyed, next, reply)));
  }

  private async once(keyed: Keyed, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const routeStatus = reply.statusCode;
    try {
      return await this.transactions.run(
        async (session) => {
          await this.records.collection.insertOne(this.claim(keyed) as never, { session });
          const data: unknown = await lastValueFrom(next.handle());
          // A reply that was given up meanwhile says so, not what came of it (RequestLimitInterceptor).
          const status = reply.sent ? routeStatus : reply.statusCode;
          await this.records.collection.updateOne(
            { _id: keyed.id as never },
            { $set: { status, ...(keyed.rebuild ? {} : { data }) } },
            { session },
          );
          return data;
        },
        keyed.about === undefined ? {} : { about: keyed.about },
      );
    } catch (error) {
      if (duplicateKeyIndex(error) === '_id_') return this.replay(keyed, reply);
      if (error instanceof DomainError) await this.recordRefusal(keyed, error);
      throw error;
    }
  }

  private claim({ id, hash }: Keyed): IdempotencyRecord {
    return { _id: id, bodyHash: hash, createdAt: this.clock.now() };
  }

  private async replay(keyed: Keyed, reply: FastifyReply): Promise<unknown> {
    const record = await this.records.findById(keyed.id).lean<IdempotencyRecord>();
    if (!record || record.bodyHash !== keyed.hash) {
      throw keyReused();
    }
    void reply.header(REPLAYED_HEADER, 'true');
    if (record.error) {
      const { code, message, details } = record.error;
      throw new DomainError(code as ErrorCode, message, details);
    }
    void reply.status(record.status ?? 200);
    return keyed.rebuild ? keyed.rebuild() : record.data;
  }

  /** A refusal had no effect, so it is recorded after its transaction was undone. Ours (5xx) and passing ones are not. */
  private async recordRefusal(
    keyed: Keyed,
    { code, status, message, details }: DomainError,
  ): Promise<void> {
    if (status >= 500 || status === 429 || status === 400) return;
    try {
      await this.records.collection.insertOne({
        ...this.claim(keyed),
        error: { code, message, ...(details === undefined ? {} : { details }) },
      } as never);
    } catch (error) {
      if (duplicateKeyIndex(error) === null) throw error;
    }
  }
}
