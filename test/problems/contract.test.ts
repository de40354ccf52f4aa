/** Every file of problems/ by itself: adding a problem adds its tests. */

import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import type { GeneratedFunction } from '../../src/formulas/bind.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import {
  DERIVATIVE_TOLERANCE,
  driverDerivatives,
  terminalDerivatives,
} from '../../src/problem/derivatives.ts'
import { readExpressions } from '../../src/problem/expressions.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { RESIDUAL_TOLERANCE, residualReport } from '../../src/problem/residual.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import { pageMatches } from './page-shape.ts'

const pages: ProblemDefinition[] = await Promise.all((await listProblems()).map((id) => loadProblem(id)))

/** The page with terms of its equation changed. */
const changed = (page: ProblemDefinition, change: Partial<ProblemDefinition>): ProblemDefinition => ({
  ...page,
  ...change,
})

describe.each(pages)('$id', (page) => {
  it('is a complete page', () => {
    expect(pageMatches(page)).toEqual([])
  })

  it('compiles to functions whose outputs are finite near the start', async () => {
    const compiled = await compileProblem(page)
    const { dim, noiseDim, x0 } = compiled
    expect(x0).toHaveLength(dim)
    expect([...x0].every(Number.isFinite)).toBe(true)
    const call = ({ source }: GeneratedFunction, inputs: Float64Array[], sizes: number[]): number[] => {
      const outputs = sizes.map((size) => new Float64Array(size))
      loadBatchFunction(source)(
        1,
        0,
        ...inputs.flatMap((input) => [input, 0, input.length]),
        ...outputs.flatMap((output) => [output, 0, output.length]),
      )
      return outputs.flatMap((output) => [...output])
    }
    // Not at the start itself, where a terminal condition such as ‖x‖^½ may have no derivative.
    const x = x0.map((value, i) => value * (1 + 0.01 * Math.cos(i)) + 0.01 * Math.sin(1 + i))
    const y = Float64Array.of(0.5)
    const z = new Float64Array(noiseDim).fill(0.1)
    const { driverGradient, terminalGradient, scaleGradient } = compiled.functions
    const outputs = [
      ...call(driverGradient, [x, y, z], [1, 1, noiseDim]),
      ...call(terminalGradient, [x], [1, noiseDim]),
      ...call(scaleGradient, [x, x], [noiseDim]),
    ]
    expect(outputs.every(Number.isFinite)).toBe(true)
  })

  it.each([
    1, 3,
  ])('solves its equation in dimension %i too, or says why it is not defined there', async (dim) => {
    const settings = overrideSettings(page, { dim, ...(Array.isArray(page.x0) ? { x0: 1 } : {}) })
    const expressions = await readExpressions(page, settings).catch((error: unknown) => {
      expect(error).toBeInstanceOf(UserError)
      return null
    })
    if (expressions === null) return
    const report = residualReport(expressions)
    if (report === null) return
    expect(report.worst.relative).toBeLessThan(RESIDUAL_TOLERANCE)
    expect(report.terminalMismatch).toBeLessThan(1e-9)
  })

  it('has derivatives of driver and terminal condition that agree with differences', async () => {
    const [expressions, compiled] = await Promise.all([readExpressions(page), compileProblem(page)])
    for (const report of [
      driverDerivatives(expressions, compiled),
      terminalDerivatives(expressions, compiled),
    ]) {
      expect(report.compared).toBeGreaterThan(report.kinks)
      expect(report.largestError).toBeLessThan(DERIVATIVE_TOLERANCE)
    }
  })

  it('has a finite reference at its own settings', async () => {
    const reference = referenceOf(page, await compileProblem(page))
    expect(reference).not.toBeNull()
    expect(reference!.value).toSatisfy(Number.isFinite)
    expect(reference!.source).not.toBe('')
    if (reference!.standardError !== undefined) expect(reference!.standardError).toBeGreaterThan(0)
  })

  if (page.exact !== undefined) {
    it('has an exact solution that meets the equation and the terminal condition', async () => {
      const report = residualReport(await readExpressions(page))!
      expect(report.worst.relative).toBeLessThan(RESIDUAL_TOLERANCE)
      expect(report.terminalMismatch).toBeLessThan(1e-9)
    })

    it.each([
      ['a driver of the other sign', { driver: `-(${page.driver})` }],
      ['half of the diffusion', { diffusion: `(${page.diffusion}) / 2` }],
      ['a drift added', { drift: `(${page.drift}) + 0.1 * (1 + x)` }],
      ['a term added to the driver', { driver: `(${page.driver}) + 0.01 * y + 0.001` }],
    ])('would not with %s', async (_, change) => {
      // A driver that is zero, or zero along the solution, has no other sign.
      if ('driver' in change && change.driver?.startsWith('-') && isZeroAlongSolution(page)) return
      const report = residualReport(await readExpressions(changed(page, change)))!
      expect(report.worst.relative).toBeGreaterThan(100 * RESIDUAL_TOLERANCE)
    })
  }
})

function isZeroAlongSolution(page: ProblemDefinition): boolean {
  return ['heat', 'reaction-diffusion'].includes(page.id)
}
