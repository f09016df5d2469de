import type { TestApp } from './app';

type Labels = Record<string, string>;

interface Sample {
  name: string;
  labels: Labels;
  value: number;
}

/** What `/metrics` of a node said at one moment. */
export class Scrape {
  private constructor(readonly samples: Sample[]) {}

  static async of(server: Pick<TestApp, 'url'>): Promise<Scrape> {
    const response = await fetch(`${server.url}/metrics`);
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    return Scrape.read(await response.text());
  }

  /** Reads Prometheus' text format, as far as counters, gauges and histograms without escapes go. */
  static read(text: string): Scrape {
    const samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): Sample => {
        const [, name = '', labels = '', value = ''] =
          /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
        if (name === '') throw new Error(`Not a sample: ${line}`);
        const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)];
        return {
          name,
          labels: Object.fromEntries(pairs.map(([, label = '', of = '']) => [label, of])),
          value: Number(value),
        };
      });
    return new Scrape(samples);
  }

  /** The sum over the samples of a name that carry these labels; undefined where there is none. */
  value(name: string, labels: Labels = {}): number | undefined {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** How often a histogram was observed, and the sum of what it was told. */
  histogram(name: string, labels: Labels = {}): { count: number; sum: number } {
    return {
      count: this.value(`${name}_count`, labels) ?? 0,
      sum: this.value(`${name}_sum`, labels) ?? 0,
    };
  }

  /** How much a sample has grown since an earlier scrape. */
  since(before: Scrape, name: string, labels: Labels = {}): number {
    return (this.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
  }
}
