import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { Scrape } from '../support/metrics';

const FOLDER = join(__dirname, '../../deploy/observability');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

/** A metric in an expression, with the matchers that follow it. */
const METRIC = /\b((?:allynet|http|nodejs|process)_\w+)(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)(=~|=)"([^"]*)"/g;

describe('Dashboard and alert rules', () => {
  let server: TestApp;
  let scrape: Scrape;

  beforeAll(async () => {
    server = await startTestApp();
    // An SOS and an answer of each kind, so that every series that a rule may name is there.
    const actor = await register(server);
    await actor.post('/emergencies', { type: 'medical' });
    scrape = await Scrape.of(server);
  });

  afterAll(() => server.close());

  /** What an expression asks for that this node does not have: a name, a label, or a value of ours. */
  function unknown(text: string): string[] {
    return [...text.matchAll(METRIC)].flatMap(([, name = '', matchers = '']) => {
      const samples = scrape.samples.filter((sample) => sample.name === name);
      if (samples.length === 0) return [name];
      return [...matchers.matchAll(MATCHER)]
        .filter(([, label = '', operator, value = '']) => {
          // Prometheus adds the node; statuses depend on what was asked.
          if (label === 'instance' || label === 'status') return false;
          const pattern = new RegExp(`^(?:${operator === '=~' ? value : escaped(value)})$`);
          return !samples.some(({ labels }) => pattern.test(labels[label] ?? '\0'));
        })
        .map(([matcher]) => `${name}{${matcher}}`);
    });
  }

  it('every metric, label and value of the alert rules is one that a node has', () => {
    const rules = read('alerts.yml');
    expect(rules.match(/- alert:/g)?.length).toBeGreaterThan(10);
    expect(unknown(rules)).toEqual([]);
  });

  it('every metric, label and value of the dashboard is one that a node has', () => {
    const { panels } = JSON.parse(read('grafana-dashboard.json')) as { panels: Panel[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(unknown)).toEqual([]);
  });

  it('each alert is tested, and says what happened', () => {
    const names = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const tests = read('alerts.test.yml');
    const firing = (name = '') =>
      new RegExp(`alertname: ${name}\\n\\s+exp_alerts:\\n\\s+- exp_labels`).test(tests);
    expect(names.filter((name) => !firing(name))).toEqual([]);
    expect(read('alerts.yml').match(/summary:/g)).toHaveLength(names.length);
  });

  it('the operations guide names each metric of ours and what to do about each alert', () => {
    const guide = readFileSync(join(FOLDER, '../../docs/operations.md'), 'utf8');
    const ours = new Set(
      scrape.samples
        .map(({ name }) => name.replace(/_(bucket|count|sum)$/, ''))
        .filter((name) => /^(allynet|http)_/.test(name)),
    );
    const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    expect(ours.size).toBeGreaterThan(15);
    expect([...ours, ...alerts].filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
