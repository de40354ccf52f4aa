/** What every benchmark suite returns, and how a small loop is timed. */
import { Bench } from 'tinybench'

/** One line of a benchmark's result. `name` parses: `gemmNN::fma:m=64,k=110,n=110`. */
export interface BenchRow {
  name: string
  /** Of one call. */
  medianNs: number
  /** How many times were taken; each covers as many calls as fill a fraction of a millisecond. */
  samples: number
  /** Rates, by name: `gflops`, `nsPerNormal`, … */
  figures?: Record<string, number>
}

export interface TimedCall {
  name: string
  call: () => void
  /** From the median in ns of one call. */
  figures?: (medianNs: number) => Record<string, number>
}

export interface TimingOptions {
  /** Of each row, after the warm-up. */
  timeMs?: number
  /** A sample is at least so long: a call of a microsecond would drown in the clock. */
  sampleMs?: number
}

/** Times the calls one after another, in batches within one sample, and gives the median of one call. */
export async function timeCalls(calls: TimedCall[], options: TimingOptions = {}): Promise<BenchRow[]> {
  const { timeMs = 250, sampleMs = 0.2 } = options
  const rows: BenchRow[] = []
  for (const { name, call, figures } of calls) {
    const batch = batchSize(call, sampleMs)
    const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4, warmupIterations: 4, iterations: 16 })
    bench.add(name, () => {
      for (let i = 0; i < batch; i++) call()
    })
    const [task] = await bench.run()
    if (!('latency' in task.result)) throw new Error(`bench: ${name} did not complete: ${task.result.state}`)
    const { p50, samplesCount } = task.result.latency
    const medianNs = (p50 * 1e6) / batch
    rows.push({ name, medianNs, samples: samplesCount, ...(figures && { figures: figures(medianNs) }) })
  }
  return rows
}

/** How many calls fill a sample, found after enough of them that the optimising compiler has had its turn. */
function batchSize(call: () => void, sampleMs: number): number {
  for (let batch = 1; ; batch *= 2) {
    const start = performance.now()
    for (let i = 0; i < batch; i++) call()
    const elapsed = performance.now() - start
    if (elapsed >= 10 * sampleMs) return Math.max(1, Math.round((batch * sampleMs) / elapsed))
  }
}

/** One line a row: name, median, figures. */
export function formatRow({ name, medianNs, figures = {} }: BenchRow): string {
  const extra = Object.entries(figures).map(([key, value]) => `${key} ${value.toPrecision(3)}`)
  return [name.padEnd(44), `${(medianNs / 1000).toFixed(2)} µs`.padStart(12), ...extra].join('  ')
}
