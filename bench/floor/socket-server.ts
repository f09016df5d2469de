/**
 * The floor of live delivery: bare Socket.IO. Everybody who connects is in one room; a POST to `/emit` emits its body there.
 * Nothing is authenticated, validated, logged or stored.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const ROOM = 'room';

const server = createServer((request, response) => {
  if (request.url !== '/emit') return;
  emit(request).then(
    () => response.writeHead(204).end(),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
const io = new Server(server, { serveClient: false });
io.on('connection', (socket) => void socket.join(ROOM));

async function emit(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { event, payload } = JSON.parse(Buffer.concat(chunks).toString()) as EmitBody;
  io.to(ROOM).emit(event, payload);
}

interface EmitBody {
  event: string;
  payload: unknown;
}

process.once('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
