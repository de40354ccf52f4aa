/** `solve --at … --at …`: a run for each point, beside each other. */
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
