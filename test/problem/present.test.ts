import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { readExpressions } from '../../src/problem/expressions.ts'
import { presentProblem } from '../../src/problem/present.ts'
import { samplePoints, seededRandom } from '../../src/problem/sample.ts'

const pages = await Promise.all((await listProblems()).map((id) => loadProblem(id)))

/** f and g at a point with y = 0.7, z = 0.1, and σᵀ(1, …, 1). */
function valuesAt(problem: CompiledProblem, t: number, x: Float64Array): number[] {
  const { dim, noiseDim } = problem
  const { driver, terminal, scaleGradient } = problem.functions
  const f = new Float64Array(1)
  const g = new Float64Array(1)
  const z = new Float64Array(noiseDim)
  const ones = new Float64Array(dim).fill(1)
  loadBatchFunction(scaleGradient.source)(1, t, x, 0, dim, ones, 0, dim, z, 0, noiseDim)
  loadBatchFunction(terminal.source)(1, problem.horizon, x, 0, dim, g, 0, 1)
  const y = Float64Array.of(0.7)
  const small = new Float64Array(noiseDim).fill(0.1)
  loadBatchFunction(driver.source)(1, t, x, 0, dim, y, 0, 1, small, 0, noiseDim, f, 0, 1)
  return [f[0], g[0], ...z]
}

describe.each(pages)('$id printed', (page) => {
  it('reads back as the same problem', async () => {
    const { formulas } = await presentProblem(page)
    const printed = (keys: Iterable<string>) =>
      Object.fromEntries(
        formulas.filter(({ key }) => [...keys].includes(key)).map(({ key, value }) => [key, value.text]),
      )
    const again: ProblemDefinition = {
      ...page,
      let: printed(Object.keys(page.let ?? {})),
      ...printed(['drift', 'diffusion', 'driver', 'terminal', 'exact', 'x0']),
    }
    const [before, after] = await Promise.all([compileProblem(page), compileProblem(again)])
    expect(after.x0).toEqual(before.x0)
    expect(after.dynamics.kind).toBe(before.dynamics.kind)
    for (const { t, x } of samplePoints(await readExpressions(page), 3, seededRandom(5))) {
      const values = valuesAt(after, t, x)
      const expected = valuesAt(before, t, x)
      values.forEach((value, k) => {
        expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(expected[k])))
      })
    }
  })

  it('is LaTeX whose braces and environments close', async () => {
    const { latex } = await presentProblem(page)
    let depth = 0
    for (const character of latex.replaceAll(/\\[{}]/g, '')) {
      if (character === '{') depth++
      if (character === '}') depth--
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
    expect(latex.match(/\\begin/g)?.length).toBe(latex.match(/\\end/g)?.length)
    expect(latex.match(/\\left/g)?.length).toBe(latex.match(/\\right/g)?.length)
    expect(latex).not.toMatch(/undefined|NaN|object/)
  })
})

describe('a printed page', () => {
  it('shows the equation, the formulas under the page’s own names and the settings', async () => {
    const { text } = await presentProblem(await loadProblem('black-scholes-different-rates'))
    expect(text).toContain('∂u/∂t + μ·∇u + ½ Tr(σσᵀ∇²u) + f(t, x, u, σᵀ∇u) = 0,  u(T, x) = g(x)')
    expect(text).toMatch(/ invested +=/)
    expect(text).toMatch(/ μ\(t, x\) += mu \* x\n/)
    expect(text).toContain('max(x) - lowerStrike')
    expect(text).toContain('with dim = 100, horizon = 0.5, mu = 0.06')
  })

  it('shows changed settings and a changed start, long lists cut', async () => {
    const page = await loadProblem('heat')
    const settings = { ...page.settings, dim: 20, x0: Array.from({ length: 20 }, (_, k) => k) }
    const { text, latex } = await presentProblem(page, settings)
    expect(text).toContain('= [0, 1, 2, 3, 4, 5, 6, …]')
    expect(text).toContain('dim = 20, horizon = 1\n')
    expect(latex).toContain('x_0 &= (0, 1, 2, 3, 4, 5, 6, \\dots)')
  })

  it('shows a constant matrix as one: a scalar σ would mean σI', async () => {
    const page = { ...(await loadProblem('heat')), exact: undefined }
    const settings = { ...page.settings, dim: 2 }
    const shown = async (diffusion: string, noiseDim = 2) =>
      presentProblem({ ...page, diffusion, noiseDim }, settings)
    expect((await shown('[[1,1],[1,1]]')).text).toMatch(/σ\(t, x\) += {1,2}\[\[1, 1\], \[1, 1\]\]\n/)
    expect((await shown('[[1],[1]]', 1)).text).toMatch(/σ\(t, x\) += {1,2}\[\[1\], \[1\]\]\n/)
    expect((await shown('[[1,1],[1,1]]')).latex).toContain('\\sigma(t,x) &= \\begin{pmatrix} 1 & 1')
    expect((await shown('[1, 1]')).text).toMatch(/σ\(t, x\) += {1,2}1\n/)
  })

  it('tells settings from symbols, and their values, in LaTeX', async () => {
    const { latex } = await presentProblem(await loadProblem('black-scholes-different-rates'))
    expect(latex).toContain('\\mu(t,x) &= \\bar{\\mu} \\, x')
    expect(latex).toContain('&\\text{with } \\mathrm{dim} = 100')
    expect(latex).toContain('\\bar{\\mu} = 0.06')
  })

  it('shows matrices', async () => {
    const page = await loadProblem('margrabe-exchange')
    const inline = { ...page, correlation: page.settings.correlation as number[][] }
    expect((await presentProblem(inline)).text).toMatch(/ρ += {1,2}\[\[1, 0.5\], \[0.5, 1\]\]/)
    expect((await presentProblem(inline)).latex).toContain(
      '\\begin{pmatrix} 1 & 0.5 \\\\ 0.5 & 1 \\end{pmatrix}',
    )
  })
})
