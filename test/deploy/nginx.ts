import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/demo/server/free-port';
import { eventually } from '../support/eventually';

const CONFIGURATION = resolve(__dirname, '../../deploy/nginx.conf');

/** A real nginx with the configuration of the deployment, in which only the places of things are others. */
export class Nginx {
  url = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'allynet-nginx-'));
  private child: ChildProcess | undefined;

  /** @param nodes host and port of node1 and node2. */
  async start(nodes: [string, string]): Promise<void> {
    const port = await freePort(0);
    mkdirSync(join(this.folder, 'logs'));
    const configuration = readFileSync(CONFIGURATION, 'utf8')
      .replaceAll('node1:3000', nodes[0])
      .replaceAll('node2:3000', nodes[1])
      .replace('listen 8080;', `listen 127.0.0.1:${port};`)
      .replace('/dev/stdout', join(this.folder, 'access.log'))
      .replace('/dev/stderr', join(this.folder, 'error.log'))
      .replace('http {', `http {\n${this.temporaryFolders()}`);
    const file = join(this.folder, 'nginx.conf');
    // Bodies that it keeps on disk meanwhile go into a folder of whoever runs this.
    const user = process.getuid?.() === 0 ? 'user root;\n' : '';
    const pid = join(this.folder, 'nginx.pid');
    writeFileSync(file, `${user}pid ${pid};\ndaemon off;\n${configuration}`);
    const options = ['-p', this.folder, '-c', file, '-e', join(this.folder, 'start.log')];
    await promisify(execFile)('nginx', ['-t', ...options]).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? new Error('There is no nginx in PATH. On Debian: apt-get install nginx-light')
        : error;
    });
    this.child = spawn('nginx', options, { stdio: 'inherit' });
    this.url = `http://127.0.0.1:${port}`;
    await eventually(() => fetch(this.url), 20_000);
  }

  /** What it has written about requests so far. */
  accessLog(): string {
    return readFileSync(join(this.folder, 'access.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null) {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private temporaryFolders(): string {
    return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((what) => `  ${what}_temp_path ${join(this.folder, what)};`)
      .join('\n');
  }
}
