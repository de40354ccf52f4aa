import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

const WRONG = `
settings: { dim: 3, horizon: 1 }
x0: 0
drift: "0"
diffusion: "sqrt(2)"
driver: "-dot(z, z)"
terminal: "0.1 * dot(x, x)"
exact: "0.1 * dot(x, x) / (1 + 0.4 * (horizon - t)) + dim / 2 * log(1 + 0.4 * (horizon - t))"
`

/** What moves fast with time asks for a thousand of them. */
const MANY_STEPS = `settings: { dim: 60000, horizon: 1 }
x0: 0
drift: "0"
diffusion: "sqrt(2)"
driver: "cos(2000 * t)"
terminal: "dot(x, x)"
exact: "dot(x, x) + 2 * dim * (horizon - t) + (sin(2000 * horizon) - sin(2000 * t)) / 2000"
`

async function pageOf(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'deepbsde-')), 'mine.yaml')
  await writeFile(path, text)
  return path
}

describe('check', () => {
  it('prints a page as mathematics, with what was recognised and what it would cost', async () => {
    const { exitCode, stdout, stderr } = await run(['check', 'quadratic-hjb', '--set', 'dim=4'])
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('∂u/∂t + μ·∇u')
    expect(stdout).toContain('dim = 4, horizon = 1')
    expect(stdout).toMatch(/shapes +x0 vector\[4\].* driver scalar/)
    expect(stdout).toMatch(/state +Brownian motion/)
    expect(stdout).toMatch(/driver +depends on z/)
    expect(stdout).toMatch(/derivatives +driver right at 32 places/)
    expect(stdout).toMatch(/residual +exact solves the equation/)
    expect(stdout).toMatch(/memory +\d+ MB/)
    expect(stdout).toMatch(
      /time +100 iterations take about .* s; at most .*, if all 1,000 iterations are needed/,
    )
    expect(stdout).toContain('Nothing found to be wrong')
  })

  it('ends with exit code 1 and a line on stderr where exact does not solve the equation', async () => {
    const { exitCode, stdout, stderr } = await run(['check', await pageOf(WRONG)])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^deepbsde: mine: exact does not solve the equation: relative residual .* Look for a sign or a factor ½\.\n$/,
    )
    expect(stdout).toContain('exact does NOT solve the equation')
    expect(stdout).toContain('Something is wrong.')
  })

  it('finds the same page right once its factor is mended', async () => {
    const page = await pageOf(WRONG.replace('-dot(z, z)', '-0.5 * dot(z, z)'))
    const { exitCode, stderr } = await run(['check', page, '--no-trial'])
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('gives LaTeX and nothing else', async () => {
    const { exitCode, stdout } = await run(['check', 'allen-cahn', '--latex'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^\\begin\{align\*\}\n[\s\S]*\\end\{align\*\}\n$/)
  })

  it('gives one JSON object, at the settings asked for', async () => {
    const { stdout } = await run(['check', 'heston', '--json', '--set', 'strike=110'])
    const form = JSON.parse(stdout)
    expect(form).toMatchObject({ problem: 'heston', residual: null, driverDependsOn: ['y'], failures: [] })
    expect(form.settings.strike).toBe(110)
    expect(form.shapes.x0).toBe('vector[2]')
    expect(form.memoryBytes).toBeGreaterThan(1e5)
    expect(form.timeMs.total).toBeGreaterThan(0)
    expect(form.derivatives.driver.compared).toBeGreaterThan(0)
  })

  it('says where a run with its defaults would be refused, once it has checked the page', async () => {
    const path = await pageOf(MANY_STEPS)
    const { exitCode, stdout, stderr } = await run(['check', path, '--no-trial'])
    expect(stdout).toMatch(/residual +exact solves the equation/)
    expect(stderr).toMatch(/^deepbsde: .*: a run needs .* MB of memory, allowed are .* MB\. Lower .*\n$/)
    expect(exitCode).toBe(1)
  })

  it('says in one line which formula is outside its domain', async () => {
    const page = await pageOf(WRONG.replace(/terminal.*\nexact.*/, 'terminal: "sqrt(x[1])"'))
    const { exitCode, stdout, stderr } = await run(['check', page, '--no-trial'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^deepbsde: mine: terminal is NaN at t = 1, x = .*\n$/)
    expect(stdout).toMatch(/derivatives +not tried: some formula is not finite/)
  })

  it('ends with exit code 2 where the page does not compile', async () => {
    const { exitCode, stdout, stderr } = await run(['check', await pageOf(WRONG.replace('z)', 'q)'))])
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^deepbsde: mine: driver: unknown name "q".*\n$/)
  })
})
