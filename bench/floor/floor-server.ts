/**
 * The floor: how fast an SOS can be on this machine at all. A bare `node:http` server with the MongoDB driver, without
 * framework, router, logging, authentication, validation, rate limits, idempotency or live delivery. For each POST it
 *
 * 1. reads the requester (one `findOne`, by the id that the client names in a header),
 * 2. finds the nearest 150 helpers by the same code, and who of them is busy by the same two queries,
 * 3. ranks them by the same formula,
 * 4. writes in one transaction the emergency, two events and fifty alerts, field for field those of AllyNet, with the
 *    same read and write concerns, into collections whose indexes were copied from AllyNet's database,
 * 5. answers 201 with the same fields.
 *
 * For each PUT it stores a position with one `updateOne`.
 *
 * `parity.ts` checks after the warm-up that both did the same: the same helpers in the same order, the same documents.
 */
import { MongoClient, ObjectId } from 'mongodb';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SosBody } from './documents';
import type { Place } from '../data/places';
import { FloorSos } from './sos';
import { FloorPositions } from './positions';

/** As long as AllyNet's (Fastify's default), so that neither server's connections are closed between two rounds. */
const KEEP_ALIVE_MS = 72_000;

async function main(): Promise<void> {
  const { MONGODB_URI = '', MONGODB_DATABASE = '' } = process.env;
  // The settings of AllyNet's own connection.
  const client = await MongoClient.connect(MONGODB_URI, {
    maxPoolSize: 32,
    serverSelectionTimeoutMS: 5000,
    writeConcern: { w: 'majority', journal: true },
  });
  const database = client.db(MONGODB_DATABASE);
  const sos = new FloorSos(client, database);
  const positions = new FloorPositions(database);
  const server = createServer((request, response) => {
    const located = request.method === 'PUT';
    const answer = read(request).then(({ person, body }) =>
      located ? positions.record(person, body as Place) : sos.raise(person, body as SosBody),
    );
    answer.then(
      (body) => {
        response.writeHead(located ? 200 : 201, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.once('SIGTERM', () => process.exit(0));
}

async function read(request: IncomingMessage): Promise<{ person: ObjectId; body: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
  return { person: new ObjectId(String(request.headers['x-requester'])), body };
}

void main();
