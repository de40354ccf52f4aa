import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, start } from './run.ts'

async function pageOf(reference: number | null): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'deepbsde-')), 'mine.yaml')
  await writeFile(
    path,
    `settings: { dim: 2, horizon: 0.1 }
x0: 0
drift: "0"
diffusion: "1"
driver: "0"
terminal: "dot(x, x)"
${reference === null ? '' : `reference: { value: ${reference}, source: by hand }`}
`,
  )
  return path
}

describe('verify', () => {
  it('prints a table, tells its progress on stderr and passes what is right', async () => {
    const { exitCode, stdout, stderr } = await run(['verify', 'heat', await pageOf(0.2), '--quick'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^1\/2 heat dim=10: pass, error .* %, /m)
    expect(stdout).toMatch(/^problem +settings +value +95 % interval +reference +error +in se +grid /)
    expect(stdout).toMatch(/^heat +dim=10 .* pass$/m)
    expect(stdout).toMatch(/mine\.yaml .* pass$/m)
    expect(stdout).toMatch(/2 of 2 pass, in /)
  })

  it('ends with exit code 1 where a reference is missed, and shows the row', async () => {
    const { exitCode, stdout } = await run(['verify', await pageOf(0.3), '--quick', '--quiet', '--json'])
    expect(exitCode).toBe(1)
    const [row] = JSON.parse(stdout)
    expect(row).toMatchObject({ verdict: 'fail', reference: 0.3, referenceSource: 'by hand', seed: 1 })
    expect(row.relativeError).toBeCloseTo(-1 / 3, 1)
    expect(row.standardErrors).toBeLessThan(-4)
    expect(row.low).toBeLessThan(row.value)
  })

  it('says what has no reference, and does not fail for it', async () => {
    const { exitCode, stdout } = await run(['verify', await pageOf(null), '--quick', '--quiet'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/ no reference$/m)
    expect(stdout).toMatch(/0 of 0 pass.*\nWithout a reference: .*mine\.yaml/)
  })

  it('gives each seed a row of its own, as Markdown and as CSV', async () => {
    const page = await pageOf(0.2)
    const args = ['verify', page, '--quick', '--quiet']
    const markdown = await run([...args, '--seeds', '2', '--markdown'])
    expect(markdown.stdout).toMatch(/^\| problem \| settings \| seed \| value \| 95 % interval \|/)
    expect(markdown.stdout.trimEnd().split('\n')).toHaveLength(4)
    const csv = await run([...args, '--csv'])
    expect(csv.stdout).toMatch(/^problem,settings,seed,value,standardError,low,high,reference,/)
    expect(csv.stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it('refuses what cannot be, before any work', async () => {
    const both = await run(['verify', '--quick', '--nightly'])
    expect(both).toMatchObject({ exitCode: 2, stdout: '' })
    expect(both.stderr).toMatch(/either --quick or --nightly/)
    const formats = await run(['verify', '--json', '--csv'])
    expect(formats.stderr).toMatch(/only one format at a time, got --json and --csv/)
    const unknown = await run(['verify', 'heat', 'hjb-lqq'])
    expect(unknown.exitCode).toBe(2)
    const control = await run(['verify', 'lqr'])
    expect(control.exitCode).toBe(2)
    expect(control.stderr).toMatch(
      /lqr is a control problem, and verify reads equations\. Use 'deepbsde solve/,
    )
    expect(unknown.stderr).toMatch(/unknown problem 'hjb-lqq'. Did you mean 'hjb-lq'\?/)
  })

  it('prints what it has when it is interrupted', async () => {
    const { process, outcome, says } = start(['verify', 'heat', 'hjb-lq', '--quick', '--seeds', '50'])
    await says('1/100 heat dim=10 seed 1: pass')
    process.kill('SIGINT')
    const { exitCode, stdout } = await outcome
    expect(exitCode).toBe(130)
    expect(stdout).toMatch(/^heat .* pass$/m)
    expect(stdout).not.toContain('hjb-lq')
  })
})
