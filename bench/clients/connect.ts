import { connect, type Socket } from 'socket.io-client';
import { accessToken } from '../data/access-token';
import type { Kind } from '../data/people';

/** How many handshakes are under way at once when a crowd connects. */
const AT_ONCE = 50;

const secret = process.env.JWT_SECRET ?? '';

/** One device of this person, connected. */
export function connected(url: string, kind: Kind, index: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(url, {
      auth: { token: accessToken(secret, kind, index) },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', reject);
  });
}

/** Many, some at a time, so that no handshake waits for so long that it is given up. */
export async function connectedCrowd(
  url: string,
  kind: Kind,
  indexes: readonly number[],
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let first = 0; first < indexes.length; first += AT_ONCE) {
    const some = indexes.slice(first, first + AT_ONCE);
    sockets.push(...(await Promise.all(some.map((index) => connected(url, kind, index)))));
  }
  return sockets;
}
