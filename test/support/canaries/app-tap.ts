import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getConnectionToken } from '@nestjs/mongoose';
import type { FastifyRequest } from 'fastify';
import type { Connection } from 'mongoose';
import type { Server } from 'socket.io';
import { type Actor, isStaff } from '../../../src/common/auth/actor';
import type { AccessClaims } from '../../../src/modules/auth/access-tokens';
import { LiveSockets } from '../../../src/modules/sockets/live-sockets';
import { inspect, type Place, type Relations, reportUndocumented } from './canary-watch';
import { isDocumented } from './documented-events';
import { accountIn, handsOutTokens, isPublished, ownerOf, plantFrom } from './planting';
import { relationsIn } from './relations';

type Asked = FastifyRequest & { user?: Actor | AccessClaims };
type Viewer = NonNullable<Place['viewer']>;

const toViewer = ({ id, role }: Actor): Viewer => ({
  id: id.toHexString(),
  staff: isStaff({ role }),
});

/** What was refused before it was known who asks has claims of a token in the actor's place. */
const viewerOf = (
  user: Actor | AccessClaims | undefined,
  account: string | null,
): Viewer | null => {
  if (user && 'id' in user) return toViewer(user);
  return account === null ? null : { id: account, staff: false };
};

/** Lets the watch see everything that a server of this process sends and logs, whoever asks and however. */
export class AppTap {
  private app: NestFastifyApplication | undefined;
  private readonly relations: Relations = relationsIn((name) => {
    if (!this.app) throw new Error('Nothing is sent before there is an application.');
    return this.app.get<Connection>(getConnectionToken()).collection(name) as never;
  });

  /** In the place of standard output. */
  readonly log = {
    write: (line: string): void => inspect(line, { channel: 'log', where: line }, this.relations),
  };

  /** Before the application has routes: hooks hold for those that come after them. */
  attach(app: NestFastifyApplication): void {
    this.app = app;
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preHandler', (request, _, done) => {
        if (!isPublished(request.url))
          plantFrom(request.body, ownerOf(request.headers.authorization));
        done();
      })
      .addHook('onSend', (request: Asked, reply, payload, done) => {
        const { method, url, user } = request;
        // Made of our source alone, with a password among its examples.
        if (url.startsWith('/docs')) return done(null, payload);
        const text = typeof payload === 'string' ? payload : '';
        const hands = handsOutTokens(method, url);
        // Whose account it is, register and log in tell by their answer alone.
        const account = hands ? accountIn(text) : null;
        if (account) plantFrom(request.body, account);
        inspect(
          `${JSON.stringify(reply.getHeaders())}\n${text}`,
          {
            channel: 'HTTP',
            where: `${method} ${url} ${reply.statusCode}`,
            viewer: viewerOf(user, account),
            handsOutTokens: hands,
            followed: url.startsWith('/track/'),
          },
          this.relations,
        );
        done(null, payload);
      });
    this.tapSockets(app);
  }

  private tapSockets(app: NestFastifyApplication): void {
    const live = app.get(LiveSockets);
    const attach = live.attach.bind(live);
    live.attach = (server) => {
      attach(server);
      this.watchSockets(server);
    };
    const emit = live.emit.bind(live);
    live.emit = (rooms, event, payload) => {
      if (!isDocumented(event)) reportUndocumented(event);
      emit(rooms, event, payload);
    };
  }

  /** Every packet below Socket.IO, so that refused handshakes and acknowledgements are among them. */
  private watchSockets(server: Server): void {
    const viewers = new WeakMap<object, () => Actor>();
    server.on('connection', (socket) => {
      const { data } = socket as { data: { actor: Actor } };
      viewers.set(socket.conn, () => data.actor);
      socket.use(([, sent], next) => {
        plantFrom(sent, data.actor.id.toHexString());
        next();
      });
    });
    server.engine.on('connection', (connection: Packets) => {
      connection.on('packetCreate', ({ data }) => {
        if (typeof data !== 'string') return;
        const actor = viewers.get(connection)?.();
        inspect(
          data,
          { channel: 'socket', where: data.slice(0, 60), viewer: actor ? toViewer(actor) : null },
          this.relations,
        );
      });
    });
  }
}

interface Packets {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): void;
}
