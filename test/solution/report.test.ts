import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { gradientText } from '../../src/solution/gradient-text.ts'
import { renderReport } from '../../src/solution/report.ts'
import { inColumns, renderConvergence } from '../../src/solution/report-chart.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { sampleSolution } from './sample.ts'

const plain = pc.createColors(false)

function report(changes: Partial<Solution> = {}, width?: number): string {
  return renderReport(sampleSolution(changes), { title: 'An equation' }, plain, width)
}

describe('the report', () => {
  it('says value, error, interval, reference and what it took', () => {
    const text = report()
    expect(text).toContain('hjb-lq: An equation\n  dim = 100, horizon = 1, lambda = 1\n')
    expect(text).toContain('u(0, x0)        4.59022 ± 0.00029')
    expect(text).toContain('95 % interval   [4.58966, 4.59079]')
    expect(text).toContain('grid error      -6.3e-5  of 20 time steps, is part of the interval')
    expect(text).toContain('reference       4.5901617246  quadrature')
    expect(text).toContain('relative error  0.0013 %  +0.2 standard errors')
    expect(text).toContain('(0.00100, 0.00100, 0.00100, 0.00100, …)  norm 0.01000')
    expect(text).toContain('400 iterations of 64 paths, 20 steps; estimate from 16,384 fresh paths')
    expect(text).toContain('kernel fma, 2 workers, seed 1')
    expect(text).toContain('2.31 s  prepare 412 ms, train 1.52 s, estimate 370 ms')
  })

  it('says so where no reference is known', () => {
    const text = report({ reference: null, relativeError: null })
    expect(text).toContain('none is known at these settings')
    expect(text).not.toContain('relative error')
  })

  it('takes a reference of 0 for a value', () => {
    const text = report({
      value: 0.002,
      standardError: 0.001,
      reference: { value: 0, source: 's' },
      relativeError: null,
    })
    expect(text).toContain('reference       0  s')
    expect(text).toContain('absolute error  0.0020  +2.0 standard errors')
  })

  it("counts the reference's own error", () =>
    expect(
      report({
        value: 3,
        standardError: 3,
        reference: { value: -2, standardError: 4, source: 's' },
        relativeError: 2.5,
      }),
    ).toContain('250 %  +1.0 standard errors'))

  it('warns of a run that stopped, did not converge, or has no estimate', () => {
    expect(report({ status: 'stopped' })).toContain('Stopped early')
    expect(report({ status: 'unconverged' })).toContain('Unconverged')
    const nothing = report({ status: 'stopped', paths: 0, value: 0, standardError: Number.NaN })
    expect(nothing).toContain('no estimate')
    expect(nothing).not.toContain('NaN')
  })

  it('stays within the width of a terminal', () => {
    const source = 'a source with many words '.repeat(8).trim()
    for (const width of [50, 64, 80, 120]) {
      const text = report({ reference: { value: 4.59, source } }, width)
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
    }
  })

  it('says where a value over a region is, and which region', () => {
    const region = { law: 'box:-1..1', centre: [0, 0], points: 2048, relativeErrors: null }
    expect(report({ region })).toMatch(/^ {2}u\(0, centre\) +4\.59022/m)
    expect(report({ region })).toMatch(/^ {2}region +box:-1\.\.1$/m)
    const aside = { ...region, law: 'normal:100,9;0.04,0.01', centre: [100, 0.04] }
    expect(report({ region: aside })).toMatch(
      /^ {2}region +normal:100,9;0\.04,0\.01 +centre \(100\.0, 0\.04000\)$/m,
    )
    const relativeErrors = { value: 0.01, gradient: 0.02 }
    expect(report({ region: { ...aside, relativeErrors } })).toMatch(
      /^ {2}over region +relative L² error 1\.0 % of u, 2\.0 % of σᵀ∇u +2,048 fresh points$/m,
    )
  })

  it('tells of a reference that knows no gradient, and of none', () => {
    const region = {
      law: 'box:-1..1',
      centre: [0],
      points: 32,
      relativeErrors: { value: 0.01, gradient: null },
    }
    expect(report({ region })).toMatch(/^ {2}over region +relative L² error 1\.0 % of u +32 fresh points$/m)
    expect(report({ region: { ...region, relativeErrors: null } })).toContain(
      'nothing is known to compare with',
    )
  })

  it('says why a gradient is unknown', () =>
    expect(report({ gradient: [null, null], missingGradient: 'σ is 0 there' })).toContain(
      '(?, ?)  2 components unknown: σ is 0 there',
    ))

  it('shows second derivatives where they were asked for, and how far they are off', () => {
    const text = report({
      hessianDiagonal: [0.25, null, -0.5],
      hessianDiagonalStandardError: [0.01, null, 0.01],
      hessianAlong: [{ direction: [1, 0, -1], value: 0.123, standardError: 0.004 }],
      hessianReference: { relativeError: 0.012, standardErrors: 1.3 },
    })
    expect(text).toContain('diagonal of ∇²  (0.2500, ?, -0.5000) ± 0.010 at most')
    expect(text).toContain('vᵀ∇²u v         0.1230 ± 0.0040  along v = (1.00, 0, -1.00)')
    expect(text).toContain('its error       1.2 % of the exact Hessian  1.3 standard errors at most')
    expect(report({})).not.toContain('∇²')
  })

  it('takes no error bar of 0 for one to be trained away', () => {
    const text = report({ status: 'unconverged', value: 0, standardError: 0, reason: 'every path gave 0' })
    expect(text).toContain('Unconverged, not to be relied on: every path gave 0.')
    expect(text).not.toContain('Raise --iterations')
  })

  it('knows a gradient with unknown components', () =>
    expect(gradientText({ gradient: [1, null, 3] })).toEqual({
      text: '(1.00, ?, 3.00)',
      note: '1 component unknown',
    }))
})

describe('the chart', () => {
  it('shows the relative error over decades where there is a reference', () => {
    const chart = renderConvergence(sampleSolution(), 80, plain)!
    expect(chart).toContain('relative error of the estimate, by iteration')
    expect(chart).toContain('100 %')
    expect(chart).toContain('400')
    for (const line of chart.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('shows the estimate where there is none', () => {
    const chart = renderConvergence(sampleSolution({ reference: null }), 80, plain)!
    expect(chart).toContain('estimate, by iteration')
    expect(chart).not.toContain('%')
  })

  it('is left out where there is nothing to see', () => {
    const short = { estimate: [1, 2], loss: [1, 2], rate: [1, 2], elapsedMs: [1, 2] }
    expect(renderConvergence(sampleSolution({ history: short }), 80, plain)).toBeNull()
    expect(renderConvergence(sampleSolution(), 15, plain)).toBeNull()
  })

  it('survives values that are not finite, and an estimate that does not move', () => {
    const still = Array(50).fill(4.5901617246)
    const broken = [...still, Number.NaN, Number.POSITIVE_INFINITY]
    for (const estimate of [still, broken]) {
      const history = { estimate, loss: estimate, rate: estimate, elapsedMs: estimate }
      expect(renderConvergence(sampleSolution({ history }), 80, plain)).toContain('▲')
      expect(() => renderConvergence(sampleSolution({ history, reference: null }), 80, plain)).not.toThrow()
    }
  })

  it('takes the median of each column', () =>
    expect(inColumns([1, 9, 2, 5, 5, 5], 2)).toEqual([
      [3, 2],
      [6, 5],
    ]))
})
