import { Logger } from '@nestjs/common';
import { type Model, Types } from 'mongoose';
import type { ConfigType } from '@nestjs/config';
import { Clock } from '../../common/time/clock';
import type { authConfig } from '../../config/auth.config';
import type { Change, ChangeFeed, FeedSubscription } from '../events/change-feed';
import type { AccountStandingService, Standing } from '../users/account-standing.service';
import { AccessRegistry, type Revoked } from './access-registry';
import type { Session } from './schemas/session.schema';

/** A registry over a database and a change stream that the test plays. */
function setUp() {
  const database = {
    revoked: [] as Types.ObjectId[],
    suspended: [] as Standing[],
    roles: [] as Standing[],
    failures: 0,
    /** Runs while the database is read. */
    meanwhile: () => {},
  };
  const subscriptions: FeedSubscription[] = [];
  const feed = {
    subscribe: (subscription: FeedSubscription) => void subscriptions.push(subscription),
    open: async () => {},
    isFresh: () => true,
  };
  const sessions = {
    find: () => ({
      select: () => ({ lean: async () => database.revoked.map((_id) => ({ _id })) }),
    }),
  };
  const standings = {
    roleChangedSince: async () => database.roles,
    suspended: async () => {
      if (database.failures > 0) {
        database.failures -= 1;
        throw new Error('The database is away');
      }
      const read = [...database.suspended];
      database.meanwhile();
      return read;
    },
  };
  const registry = new AccessRegistry(
    sessions as unknown as Model<Session>,
    { accessTokenSeconds: 900 } as ConfigType<typeof authConfig>,
    standings as unknown as AccountStandingService,
    feed as unknown as ChangeFeed,
    new Clock(),
  );
  registry.onModuleInit();
  const heard: Revoked[] = [];
  registry.onRevoked((revoked) => heard.push(revoked));
  const [sessionFeed, userFeed] = subscriptions;
  const update = (_id: Types.ObjectId, updatedFields: object) =>
    ({
      operationType: 'update',
      documentKey: { _id },
      updateDescription: { updatedFields },
    }) as unknown as Change;
  return {
    database,
    registry,
    heard,
    changeUser: (id: Types.ObjectId, fields: object) => userFeed?.onChange(update(id, fields)),
    changeSession: (id: Types.ObjectId, fields: object) =>
      sessionFeed?.onChange(update(id, fields)),
    deleteSession: (_id: Types.ObjectId) =>
      sessionFeed?.onChange({ operationType: 'delete', documentKey: { _id } } as unknown as Change),
    gap: () => sessionFeed?.onGap?.(),
  };
}

const suspended = (id: Types.ObjectId): Standing => ({ id, role: 'user', status: 'suspended' });

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

describe('AccessRegistry', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('cannot be relied on before it has read the database', async () => {
    const { registry } = setUp();
    expect(registry.isReliable()).toBe(false);
    await registry.onApplicationBootstrap();
    expect(registry.isReliable()).toBe(true);
  });

  it('knows from its start what happened before', async () => {
    const { registry, database } = setUp();
    const [session, user, promoted] = [
      new Types.ObjectId(),
      new Types.ObjectId(),
      new Types.ObjectId(),
    ];
    database.revoked = [session];
    database.suspended = [suspended(user)];
    database.roles = [{ id: promoted, role: 'moderator', status: 'active' }];
    await registry.onApplicationBootstrap();
    expect(registry.isRevoked(session)).toBe(true);
    expect(registry.whyBarred(user)).toBe('suspended');
    expect(registry.roleOf(promoted)).toBe('moderator');
  });

  it('believes the change stream over what it read at the same time', async () => {
    const { registry, database, changeUser, changeSession } = setUp();
    const [barred, admitted, session] = [
      new Types.ObjectId(),
      new Types.ObjectId(),
      new Types.ObjectId(),
    ];
    database.suspended = [suspended(admitted)];
    database.meanwhile = () => {
      changeUser(barred, { status: 'suspended' });
      changeUser(admitted, { status: 'active' });
      changeSession(session, { revokedAt: new Date() });
    };
    await registry.onApplicationBootstrap();
    expect(registry.whyBarred(barred)).toBe('suspended');
    expect(registry.whyBarred(admitted)).toBeUndefined();
    expect(registry.isRevoked(session)).toBe(true);
  });

  it('follows the change stream: revoked, deleted, suspended, erased, given another role', async () => {
    const { registry, changeUser, changeSession, deleteSession, heard } = setUp();
    await registry.onApplicationBootstrap();
    const [one, two, user] = [new Types.ObjectId(), new Types.ObjectId(), new Types.ObjectId()];
    changeSession(one, { revokedAt: new Date() });
    changeSession(new Types.ObjectId(), { lastUsedAt: new Date() });
    deleteSession(two);
    changeUser(user, { role: 'moderator', roleChangedAt: new Date() });
    changeUser(user, { status: 'erased' });
    expect([registry.isRevoked(one), registry.isRevoked(two)]).toEqual([true, true]);
    expect(registry.roleOf(user)).toBe('moderator');
    expect(registry.whyBarred(user)).toBe('erased');
    expect(heard).toEqual([{ sessionId: one }, { sessionId: two }, { userId: user }]);
  });

  it('is not relied on after a gap until it has read the database again, however often that takes', async () => {
    const { registry, database, gap, heard } = setUp();
    const [lifted, missed, session] = [
      new Types.ObjectId(),
      new Types.ObjectId(),
      new Types.ObjectId(),
    ];
    database.suspended = [suspended(lifted)];
    await registry.onApplicationBootstrap();
    heard.length = 0;
    database.suspended = [suspended(missed)];
    database.revoked = [session];
    database.failures = 1;
    gap();
    expect(registry.isReliable()).toBe(false);
    await until(() => registry.isReliable());
    expect(registry.whyBarred(lifted)).toBeUndefined();
    expect(registry.whyBarred(missed)).toBe('suspended');
    // Sockets that were opened before the gap are closed now.
    expect(heard).toEqual([{ sessionId: session }, { userId: missed }]);
  });

  it('reads again when another gap opens while it reads', async () => {
    const { registry, database, gap } = setUp();
    await registry.onApplicationBootstrap();
    const late = new Types.ObjectId();
    database.meanwhile = () => {
      database.meanwhile = () => {};
      database.suspended = [suspended(late)];
      gap();
    };
    gap();
    await until(() => registry.isReliable());
    expect(registry.whyBarred(late)).toBe('suspended');
  });

  it('tells every listener, even when one of them fails', async () => {
    const { registry, heard } = setUp();
    await registry.onApplicationBootstrap();
    const others: Revoked[] = [];
    registry.onRevoked(() => {
      throw new Error('A listener failed');
    });
    registry.onRevoked((revoked) => others.push(revoked));
    registry.sessionRevoked(new Types.ObjectId());
    expect(others).toEqual(heard);
    expect(others).toHaveLength(1);
  });
});
