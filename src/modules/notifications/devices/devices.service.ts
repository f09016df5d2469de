import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { createPublicKey } from 'node:crypto';
import type { Actor } from '../../../common/auth/actor';
import { duplicateKeyIndex } from '../../../common/database/duplicate-key';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { invalidField, notFound } from '../../../common/errors/domain-error';
import { Clock } from '../../../common/time/clock';
import { channelsConfig } from '../../../config/channels.config';
import { PersonalData } from '../../data-protection/personal-data';
import { ActiveAccounts } from '../../users/active-accounts';
import { UserLifecycle, type UserLifecycleListener } from '../../users/user-lifecycle';
import type { Target } from '../channels/channel';
import { endpointProblem } from '../channels/push/public-endpoint';
import type { PushSubscription } from '../channels/push/push-sender';
import type { DeviceDto, RegisterDeviceDto } from './dto/device.dto';
import { Device, DEVICE_ENDPOINT_INDEX } from './schemas/device.schema';

/** More than anybody carries; each is one message more for every notification. */
export const MAX_DEVICES = 10;

/** Where people take pushes. */
@Injectable()
export class DevicesService implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Device.name) private readonly devices: Model<Device>,
    @Inject(channelsConfig.KEY) private readonly config: ConfigType<typeof channelsConfig>,
    private readonly transactions: TransactionRunner,
    private readonly active: ActiveAccounts,
    private readonly lifecycle: UserLifecycle,
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
    this.personal.register('devices', (user) => this.mine(user));
  }

  async list(actor: Actor): Promise<DeviceDto[]> {
    const devices = await this.devices
      .find({ user: actor.id })
      .sort({ _id: -1 })
      .limit(MAX_DEVICES)
      .lean<Device[]>();
    return devices.map((device) => toDto(device, actor));
  }

  /**
   * Registers a device, or takes it over: whoever registers an endpoint last has it. Past ten the oldest is forgotten, for whoever
   * installs an app anew leaves subscriptions behind and must not be refused for it.
   *
   * @throws DomainError VALIDATION_FAILED for an endpoint or a key that no push could be sent with.
   */
  async register(actor: Actor, { endpoint, keys, name }: RegisterDeviceDto): Promise<DeviceDto> {
    const problem = endpointProblem(endpoint, this.config.pushToLoopback);
    if (problem) throw invalidField('endpoint', `endpoint ${problem}`);
    if (!isPointOnP256(keys.p256dh)) {
      throw invalidField('keys.p256dh', 'p256dh must be the key of a push subscription');
    }
    const device = await this.write(endpoint, {
      user: actor.id,
      session: actor.sessionId,
      keys: { p256dh: keys.p256dh, auth: keys.auth },
      name: name ?? null,
      createdAt: this.clock.now(),
    });
    return toDto(device, actor);
  }

  /** @throws DomainError NOT_FOUND */
  async remove(actor: Actor, which: { endpoint: string } | { _id: Types.ObjectId }): Promise<void> {
    const { deletedCount } = await this.devices.deleteOne({ ...which, user: actor.id });
    if (deletedCount === 0) throw notFound('The device');
  }

  /** Inside a transaction: every device of these people. */
  async ofUsers(session: ClientSession, users: Types.ObjectId[]): Promise<Target[]> {
    const devices = await this.devices.collection
      .find({ user: { $in: users } }, { session, projection: { user: 1 } })
      .toArray();
    return devices.map(({ _id, user }) => ({ user: user as Types.ObjectId, device: _id }));
  }

  async belongs(device: Types.ObjectId, user: Types.ObjectId): Promise<boolean> {
    return (await this.devices.exists({ _id: device, user })) !== null;
  }

  async subscription(id: Types.ObjectId): Promise<PushSubscription | null> {
    const device = await this.devices.findById(id, { endpoint: 1, keys: 1 }).lean<Device>();
    return device && { endpoint: device.endpoint, keys: device.keys };
  }

  /** The push service says that the subscription has ended. */
  async forget(id: Types.ObjectId): Promise<void> {
    await this.devices.deleteOne({ _id: id });
  }

  /** Whoever logs out of a phone, or is logged out of one that was stolen, is not to be reached on it any more. */
  async onSessionsEnded(sessions: Types.ObjectId[]): Promise<void> {
    if (sessions.length > 0) await this.devices.deleteMany({ session: { $in: sessions } });
  }

  async onErasing(user: Types.ObjectId): Promise<void> {
    await this.devices.deleteMany({ user });
  }

  /** For the export; without keys, which are the device's and ours. */
  private async mine(user: Types.ObjectId): Promise<object[]> {
    const devices = await this.devices.find({ user }).sort({ _id: 1 }).lean<Device[]>();
    return devices.map(({ endpoint, name, createdAt }) => ({ endpoint, name, createdAt }));
  }

  private async write(endpoint: string, device: Omit<Device, '_id' | 'endpoint'>): Promise<Device> {
    const write = () =>
      this.transactions.run(
        async (session) => {
          // An account that is erased meanwhile leaves no device behind.
          await this.active.hold(session, device.user);
          const written = await this.devices
            .findOneAndUpdate(
              { endpoint },
              { $set: device },
              { upsert: true, returnDocument: 'after' },
            )
            .lean<Device>();
          await this.forgetOldest(device.user);
          return written;
        },
        { about: device.user.toHexString() },
      );
    try {
      return await write();
    } catch (error) {
      // Two at once: the other one inserted it, so that now there is one to take over.
      if (duplicateKeyIndex(error) !== DEVICE_ENDPOINT_INDEX) throw error;
      return write();
    }
  }

  private async forgetOldest(user: Types.ObjectId): Promise<void> {
    const tooMany = await this.devices
      .find({ user }, { _id: 1 })
      .sort({ _id: -1 })
      .skip(MAX_DEVICES)
      .lean<Device[]>();
    if (tooMany.length > 0) {
      await this.devices.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) }, user });
    }
  }
}

/** An uncompressed point that is on the curve: what is not could not be encrypted for. */
function isPointOnP256(key: string): boolean {
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return false;
  const coordinate = (from: number) => point.subarray(from, from + 32).toString('base64url');
  try {
    const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) };
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

function toDto({ _id, endpoint, name, session, createdAt }: Device, actor: Actor): DeviceDto {
  return {
    id: _id.toHexString(),
    endpoint,
    name,
    current: session.equals(actor.sessionId),
    createdAt: createdAt.toISOString(),
  };
}
