import { execFile, type ExecFileException, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pass } from './passes';

const run = promisify(execFile);
/** A pass takes a minute at most; one that has hung is ended and fails the run. */
const PASS_LIMIT_MS = 600_000;

/** What every answer must be: none of 5xx, and documented in status, content type and schema. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'ignored_auth',
];

export interface PassResult {
  /** Requests that were judged. */
  requests: number;
  operations: number;
  failures: number;
  /** All that the fuzzer said. */
  output: string;
}

/** The fuzzer in a virtual environment of its own, installed once for each state of requirements.txt. */
export class Schemathesis {
  private constructor(private readonly binary: string) {}

  /** @throws Error that says what to do when there is no Python, or nothing can be installed. */
  static async install(folder: string, log: (line: string) => void): Promise<Schemathesis> {
    const requirements = join(__dirname, '../../../fuzz/requirements.txt');
    const state = createHash('sha256').update(await readFile(requirements));
    const environment = join(folder, `venv-${state.digest('hex').slice(0, 12)}`);
    const tool = new Schemathesis(join(environment, 'bin', 'st'));
    // Written last: an installation that was broken off is made anew.
    const whole = join(environment, 'whole');
    if (await exists(whole)) return tool;
    log(`Installing Schemathesis into ${environment}, once.`);
    await mkdir(folder, { recursive: true });
    await rm(environment, { recursive: true, force: true });
    await attempt('python3', ['-m', 'venv', environment]);
    await attempt(join(environment, 'bin', 'pip'), ['install', '--quiet', '-r', requirements]);
    await writeFile(whole, '');
    return tool;
  }

  /** One identity's requests. @throws Error when the fuzzer itself fails. */
  async run(url: string, pass: Pass, seed: number, workDir: string): Promise<PassResult> {
    const report = join(workDir, `${pass.name}.json`);
    const config = join(workDir, `${pass.name}.toml`);
    await writeFile(config, pass.config);
    const args = [
      ['--config-file', config, 'run', `${url}/docs-json`],
      ['--checks', CHECKS.join(), '--phases', pass.phases.join()],
      ['--max-examples', String(pass.examples), '--seed', String(seed)],
      ['--generation-database', 'none', '--request-timeout', '15', '--warnings', 'off'],
      ['--continue-on-failure', '--no-color', '--report', 'json', '--report-json-path', report],
      pass.token ? ['--header', `Authorization: Bearer ${pass.token}`] : [],
      pass.selection,
    ];
    const output = await this.spawned(workDir, args.flat());
    const { complete, operations, test_cases: cases, errors } = await read(report, output);
    const broken = errors.length + (complete ? 0 : 1);
    return {
      requests: cases.generated,
      operations: operations.tested,
      failures: cases.unique_failures + broken,
      output,
    };
  }

  private spawned(cwd: string, args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.binary, args, { cwd, timeout: PASS_LIMIT_MS });
      const kill = (): void => void child.kill('SIGKILL');
      process.once('exit', kill);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      }
      child.once('error', reject);
      child.once('close', () => {
        process.off('exit', kill);
        resolve(output);
      });
    });
  }
}

interface Report {
  complete: boolean;
  operations: { tested: number };
  test_cases: { generated: number; unique_failures: number };
  errors: unknown[];
}

async function read(file: string, output: string): Promise<Report> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch {
    throw new Error(`Schemathesis ended without a report. It said:\n${output}`);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function attempt(command: string, args: string[]): Promise<void> {
  try {
    await run(command, args);
  } catch (error) {
    const { stderr = '', message } = error as ExecFileException & { stderr?: string };
    throw new Error(
      'Schemathesis could not be installed. It needs Python 3.10 or later with venv and pip, and a package index. ' +
        `${command} said: ${stderr || message}`,
      { cause: error },
    );
  }
}
