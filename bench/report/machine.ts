import type { MongoClient } from 'mongodb';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  mongod: string;
  /** Of the minute before the run: above 0 the machine had other work. */
  loadBefore: number;
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
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function inWords({ processor, cores, memoryGb, node, mongod, loadBefore }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGb} GB; Node ${node}; mongod ${mongod}; load before the run ${loadBefore}`;
}
