import type { MongoClient } from 'mongodb';
import { cpus, platform, release, totalmem } from 'node:os';

export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  mongod: string;
}

export async function describeMachine(client: MongoClient): Promise<Machine> {
  const { version } = await client.db('admin').command({ buildInfo: 1 });
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()}`,
    node: process.version,
    mongod: String(version),
  };
}

export function inWords({ processor, cores, memoryGb, node, mongod }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGb} GB; Node ${node.slice(1)}; MongoDB ${mongod}`;
}
