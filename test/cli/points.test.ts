/** `solve --at … --at …`: a run for each point, beside each other. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sweep } from '../../src/index.ts'
import { QUICK, run } from './run.ts'

const at = (...points: string[]) => [
  'solve',
  ...QUICK,
  '--quiet',
  ...points.flatMap((point) => ['--at', point]),
]

describe('the table of several points', () => {
  it('has the first components of the gradient, within 100 columns', async () => {
    const { exitCode, stdout } = await run(at('1', '0,1,2,3,4'))
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^x0 .*error +gradient +status/m)
    expect(stdout).toMatch(/^\(0, 1\.000, 2\.000, …\) .* \(.*, …\) +converged/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('has what --json has', async () => {
    const { stdout } = await run([...at('1', '2'), '--second-opinion', '--levels', '2', '--json'])
    const { points } = JSON.parse(stdout)
    expect(points.map(({ x0 }: { x0: number[] }) => x0[0])).toEqual([1, 2])
    for (const { secondOpinion, gradient } of points) {
      expect(secondOpinion.method).toBe('multilevel-picard')
      expect(gradient).toHaveLength(5)
    }
  })
})

describe('points of a region', () => {
  const over = ['solve', ...QUICK, '--steps', '10', '--quiet', '--region', 'box:-1..1']
  const points = ['--at', '-1:1:1', '--at', '0,1,0,-1,0.5']

  it('share its training, and are those that its saved model gives, for any number of workers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'points-'))
    const [model, picture, data] = ['m.dbsde', 'p.svg', 'p.csv'].map((name) => join(folder, name))
    const files = ['--save', model, '--plot', picture, '--plot-data', data]
    const asked = await run([...over, ...points, ...files, '--json'])
    expect(asked.exitCode, asked.stderr).toBe(0)
    const saved = await run(['evaluate', model, ...points, '--json', '--workers', '1'])
    const { region, points: found } = JSON.parse(asked.stdout)
    const { evaluations } = JSON.parse(saved.stdout)
    const shown = ({ value, standardError, gradient }: Record<string, unknown>) => ({
      value,
      standardError,
      gradient,
    })
    expect(found.map(shown)).toEqual(evaluations.map(shown))
    expect(found.map(({ x0 }: { x0: number[] }) => x0)).toEqual(
      evaluations.map(({ at }: { at: number[] }) => at),
    )
    expect(found).toHaveLength(4)
    expect(found[0].status).toBe('converged')
    expect(region.law).toBe('box:-1..1')
    expect(await readFile(picture, 'utf8')).toMatch(/^<svg/)
    expect((await readFile(data, 'utf8')).trim().split('\n')).toHaveLength(5)
  })

  it('are the rows of a sweep over x0, after a kill too', async () => {
    const options = { settings: { dim: 5 }, iterations: 20, paths: 512, steps: 10, region: 'box:-1..1' }
    const vary = { x0: [0, 1] }
    const journal = join(await mkdtemp(join(tmpdir(), 'points-')), 'j.jsonl')
    const kept = await sweep('heat', { ...options, vary: { x0: [0] }, journal })
    const { rows } = await sweep('heat', { ...options, vary, journal })
    expect(rows.map(({ reason }) => reason)).toEqual([null, null])
    expect(rows[0]).toEqual(kept.rows[0])
    const asked = await run([...over, '--at', '0:1:1', '--json'])
    const values = JSON.parse(asked.stdout).points.map(({ value }: { value: number }) => value)
    expect(rows.map(({ value }) => value)).toEqual(values)
    await expect(sweep('heat', { ...options, vary: { x0: [0, 2] } })).rejects.toThrow(
      /2 lies outside of the region/,
    )
    await expect(sweep('heat', { ...options, bounds: true, vary })).rejects.toThrow(
      /bounds is not for points/,
    )
  })
})
