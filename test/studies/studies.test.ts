import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { readRows } from '../../src/runs/journal.ts'
import { runManyHere } from '../../src/runs/local.ts'
import type { RunOptions } from '../../src/solution/solution.ts'
import { recordFrom, type StudyRecord } from '../../src/studies/records.ts'
import { openStudyJournal, studyTasks } from '../../src/studies/run.ts'
import { type StudyRequest, studyRuns } from '../../src/studies/runs.ts'
import { fitRate, halfWidth, studyPoints, studyTable } from '../../src/studies/summary.ts'

const request: StudyRequest = {
  kind: 'paths',
  values: [256, 512],
  seeds: [1, 2],
  settings: { dim: 2 },
  method: 'deep-bsde',
  options: { steps: 2, iterations: 2 },
}

describe('studyRuns', () => {
  it('varies one choice under each seed', () => {
    expect(studyRuns(request).map(({ x, seed, options }) => [x, seed, options.paths, options.seed])).toEqual([
      [256, 1, 256, 1],
      [256, 2, 256, 2],
      [512, 1, 512, 1],
      [512, 2, 512, 2], // biome-ignore format: a table
    ])
  })

  it('compares both schemes over the steps, and four families over the width', () => {
    const series = (kind: StudyRequest['kind']) => [
      ...new Set(studyRuns({ ...request, kind }).map((run) => run.series)),
    ]
    expect(series('steps')).toEqual(['euler', 'trapezoidal'])
    expect(series('width')).toEqual(['two-layer', 'multilayer', 'residual', 'random-features'])
    expect(series('levels')).toEqual(['multilevel-picard'])
  })

  it('gives every run a key of its own', async () => {
    const tasks = studyTasks(await loadProblem('hjb-lq'), { ...request, kind: 'width' })
    const keys = tasks.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('the records of a study', () => {
  it('go on where they stopped, and have finished runs once', async () => {
    const problem = await loadProblem('hjb-lq')
    const path = join(await mkdtemp(join(tmpdir(), 'study-')), 'runs.jsonl')
    const records = async (values: number[]) => {
      const journal = await openStudyJournal(path)
      const tasks = studyTasks(problem, { ...request, values })
      return runManyHere(tasks, { workers: 1, isTimed: true }, { journal }).finally(() => journal.close())
    }
    const half = await records([256])
    const kept = await readFile(path, 'utf8')
    const all = await records(request.values)
    expect(all.slice(0, 2)).toEqual(half)
    expect((await readFile(path, 'utf8')).startsWith(kept)).toBe(true)
    expect((await readRows(path, recordFrom)).rows).toHaveLength(4)
    // A line that was cut off is done again.
    await writeFile(path, (await readFile(path, 'utf8')).trimEnd().slice(0, -20))
    expect((await readRows(path, recordFrom)).rows).toHaveLength(3)
    const again = await records(request.values)
    expect(again.map(({ value }) => value)).toEqual(all.map(({ value }) => value))
    expect((await readRows(path, recordFrom)).rows).toHaveLength(4)
  })
})

describe('networks without skips', () => {
  const options = {
    steps: 8,
    iterations: 200,
    paths: 4096,
    workers: 1,
    schedule: 'cosine',
    skips: 'none',
  } as const
  /** √E∫|Z − Ẑ|²dt, over fresh paths. */
  const residual = async (run: RunOptions) => {
    const { deviation } = await solve('hjb-lq', { settings: { dim: 4 }, ...options, ...run })
    return deviation!
  }

  it('approximate Z better the wider they are', async () => {
    const [narrow, square, wide] = await Promise.all(
      [1, 4, 16].map((width) => residual({ family: 'two-layer', hidden: [width] })),
    )
    // A deviation of 4096 paths is known to about 1/√(2·4096) of itself, were they normal; they have heavier tails.
    const distinct = 1 - 10 / Math.sqrt(2 * 4096)
    expect(square).toBeLessThan(distinct * narrow)
    expect(wide).toBeLessThan(distinct * square)
  })

  it('are none over a region', async () => {
    await expect(solve('hjb-lq', { ...options, region: 'box:-1..1' })).rejects.toThrow(
      'Leave --region or --skips out',
    )
  })
})

describe('summary', () => {
  it('finds the rate of a power law, within its error', () => {
    const noise = normalVector(seededRandom(3), 6)
    const points = [1, 2, 4, 8, 16, 32].map((x, k) => {
      const error = 0.01 * x ** -2
      return { x, size: 3 * x ** -2 + error * noise[k], error }
    })
    const { slope, standardError } = fitRate(points)!
    expect(Math.abs(slope + 2)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.01)
  })

  it('has an interval that covers as often as it says', () => {
    const random = seededRandom(17)
    let covered = 0
    for (let k = 0; k < 2000; k++) {
      const values = [...normalVector(random, 4)]
      const centre = values.reduce((sum, value) => sum + value, 0) / 4
      if (Math.abs(centre) <= halfWidth(values)!) covered++
    }
    expect(Math.abs(covered / 2000 - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / 2000))
  })

  it('divides errors by the reference, and by nothing where that is 0', () => {
    const record = (value: number, reference: number): StudyRecord => ({
      key: '', series: 's', x: 1, seed: 1, value, standardError: 0.5, gridError: -0.2, gridErrorStandardError: null, isExtrapolated: false,
      reference, referenceError: 0, deviation: 1, iterations: 1, steps: 2, paths: 3, evaluations: null, elapsedMs: 1, trainMs: 0, estimateMs: 1,
    }) // biome-ignore format: a record
    expect(studyPoints([record(3, 2)])[0]).toMatchObject({ error: 0.5, claimed: 0.25, extrapolated: 0.4 })
    expect(studyPoints([record(3, 0)])[0]).toMatchObject({ error: 3, claimed: 0.5 })
  })

  it('leaves out columns without an entry', async () => {
    const { columns } = studyTable('paths', [])
    expect(columns).toEqual([])
  })
})
