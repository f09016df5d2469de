import { Types } from 'mongoose';
import { Dispatcher } from '../../src/modules/emergencies/dispatch/dispatcher';
import { EmergencySweeper } from '../../src/modules/emergencies/dispatch/emergency.sweeper';
import type { TestApp } from '../support/app';
import { startTwoNodes } from '../support/race';
import { ModelTime } from './model-time';
import { World } from './world';

export interface ModelNodes {
  newWorld(): Promise<World>;
  close(): Promise<void>;
}

/**
 * Two nodes on one database that do nothing by themselves: what a sweeper would do, and the wave that a node begins when a
 * commit has made it due, are commands of the run. As if every node died at that point, and another came to finish it.
 */
export async function startModelNodes(): Promise<ModelNodes> {
  const { server, node, close } = await startTwoNodes();
  const nodes: TestApp[] = [server, node];
  for (const one of nodes) {
    await one.get(EmergencySweeper).onModuleDestroy();
    jest.spyOn(one.get(Dispatcher), 'runSoon').mockReturnValue();
  }
  const time = new ModelTime(nodes);
  const moderator = new Types.ObjectId();
  const now = time.now();
  await server.connection.collection('users').insertOne({
    _id: moderator,
    displayName: 'moderator',
    role: 'admin',
    status: 'active',
    createdAt: now,
    updatedAt: now,
  });
  return { newWorld: () => World.begin(nodes, time, moderator), close };
}
