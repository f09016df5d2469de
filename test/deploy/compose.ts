import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

interface Service {
  image?: string;
  volumes?: string[];
  networks?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
}

export const ROOT = resolve(__dirname, '../..');

/** compose.yaml as it is read by Docker, but for the variables. */
export const compose = parse(readFileSync(resolve(ROOT, 'compose.yaml'), 'utf8'), {
  merge: true,
}) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
};

/** What compose.yaml gives to a node, with `${NAME}`, `${NAME:-default}` and `${NAME:?what to do}` filled in. */
export function environmentOf(service: string, variables: Record<string, string>) {
  const given = compose.services[service]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value.replace(
        /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
        (_, variable: string, kind?: string, rest = '') =>
          variables[variable] ?? (kind === '-' ? rest : ''),
      ),
    ]),
  );
}
