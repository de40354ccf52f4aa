/** `solve --at … --at …`: a run for each point, beside each other. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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
  it('share its training, and are those that its saved model gives, for any number of workers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'points-'))
    const model = join(folder, 'm.dbsde')
    const over = ['solve', ...QUICK, '--quiet', '--region', 'box:-1..1']
    const points = ['--at', '-1:1:1', '--at', '0,1,0,-1,0.5']
    const asked = await run([...over, ...points, '--json'])
    expect(asked.exitCode, asked.stderr).toBe(0)
    expect((await run([...over, '--save', model])).exitCode).toBe(0)
    const saved = await run(['evaluate', model, ...points, '--json', '--workers', '1'])
    const { region, evaluations } = JSON.parse(asked.stdout)
    expect(evaluations).toEqual(JSON.parse(saved.stdout).evaluations)
    expect(evaluations).toHaveLength(4)
    expect(region.law).toBe('box:-1..1')
  })
})
