import { resolve } from 'node:path';
import { freePort } from '../../src/demo/server/free-port';
import { testServerSettings } from '../../src/demo/server/server-settings';
import { ServerProcess } from '../../src/demo/server/server-process';
import { NODES } from '../schedule';
import { RoundRobinProxy } from './round-robin-proxy';

const MAIN = resolve(__dirname, '../../../main.js');

const RESTARTS_WITHIN_MS = 60_000;

export const ADMIN = { email: 'operator@example.org', password: 'correct horse battery' };

/** Two server processes on one database, behind the proxy. */
export class Cluster {
  /** What ended nodes had logged as errors. */
  private readonly errorsBefore: string[] = [];

  private constructor(
    private readonly nodes: ServerProcess[],
    private readonly env: Record<string, string>,
    readonly proxy: RoundRobinProxy,
  ) {}

  static async start(uri: string, database: string, dataDir: string): Promise<Cluster> {
    const env = testServerSettings({ uri, name: database }, dataDir, ADMIN);
    const nodes: ServerProcess[] = [];
    try {
      for (let index = 0; index < NODES; index += 1) {
        const node = new ServerProcess(await freePort(0), env, MAIN);
        nodes.push(node);
        // One after the other: the first builds the indexes and makes the admin.
        await node.untilReady();
      }
      const proxy = await RoundRobinProxy.start(nodes.map(({ port }) => port));
      return new Cluster(nodes, env, proxy);
    } catch (error) {
      await Promise.all(nodes.map((node) => node.kill()));
      throw error;
    }
  }

  /** What all nodes logged as errors, those that were killed too. */
  get errorLines(): string[] {
    return [...this.errorsBefore, ...this.nodes.flatMap(({ errorLines }) => errorLines)];
  }

  urlOf(node: number): string {
    return this.node(node).url;
  }

  /** SIGKILL. */
  kill(node: number): Promise<void> {
    return this.node(node).kill();
  }

  /** Starts it again on its port. */
  async restart(node: number): Promise<void> {
    const deadline = Date.now() + RESTARTS_WITHIN_MS;
    for (;;) {
      const { port, errorLines } = this.node(node);
      this.errorsBefore.push(...errorLines);
      const started = new ServerProcess(port, this.env, MAIN);
      this.nodes[node] = started;
      try {
        return await Promise.race([started.untilReady(), started.unexpectedEnd()]);
      } catch (error) {
        // Without a primary it does not start: then it is started again, as an orchestrator does.
        await started.kill();
        if (Date.now() > deadline) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.proxy.close();
  }

  private node(index: number): ServerProcess {
    const node = this.nodes[index];
    if (!node) throw new RangeError(`There is no node ${index}.`);
    return node;
  }
}
