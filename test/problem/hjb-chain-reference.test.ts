import { describe, expect, it } from 'vitest'
import { type Chain, chainHjbValue, chainOf } from '../../src/problem/references/hjb-chain.ts'
import { logarithmicHjbValue } from '../../src/problem/references/hjb-lq.ts'
import { UniformStream } from '../../src/random/uniform.ts'
import { expectWithin } from '../support/statistics.ts'

const zeros = (dim: number) => new Array<number>(dim).fill(0)
const ones = (dim: number) => new Array<number>(dim).fill(1)

const form = ({ diagonal, beside }: Chain, x: number[]) =>
  x.reduce(
    (sum, value, i) => sum + diagonal[i] * value ** 2 + 2 * (beside[i] ?? 0) * value * (x[i + 1] ?? 0),
    0,
  )

describe('the value of hjb-chain by quadrature', () => {
  it.each([0.3, 1, 10])('is that of hjb-lq where no component is coupled, λ = %f', (lambda) => {
    const dim = 50
    const chain = chainOf(zeros(dim - 1), ones(dim - 1))
    const free = logarithmicHjbValue(lambda, 1, zeros(dim - 1))!.value
    expect(chainHjbValue(lambda, 1, zeros(dim), chain)!.value).toBeCloseTo(free, 10)
    const x = ones(dim).map((_, i) => Math.sin(i))
    const beside = logarithmicHjbValue(lambda, 1, x.slice(1))!.value
    expect(chainHjbValue(lambda, 1, x, chain)!.value).toBeCloseTo(beside, 10)
  })

  it.each([
    [0.4, [0, 0, 0, 0]],
    [2, [1, -0.5, 0.3, 2]],
  ])('is the Cole–Hopf mean over paths, λ = %f, x0 = %j', (lambda, x0) => {
    const chain = chainOf([0.6, 1.4, 1], [1.5, 0.7, 0.9])
    const horizon = 0.7
    const normal = new UniformStream(1, 99, 0)
    const samples = Array.from({ length: 40_000 }, () => {
      const end = x0.map((x) => x + Math.sqrt(2 * horizon) * normal.normal())
      return ((1 + form(chain, end)) / 2) ** -lambda
    })
    const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
    const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length
    const { value } = chainHjbValue(lambda, horizon, x0, chain)!
    expectWithin(Math.exp(-lambda * value), mean, Math.sqrt(variance / samples.length), 'E e^{−λg}')
  })

  it('is the same by traces and by elimination', () => {
    const chain = chainOf(ones(200), ones(200))
    const at = (x: number) => chainHjbValue(1, 1, [x, ...zeros(200)], chain)!.value
    expect(at(1e-9)).toBeCloseTo(at(0), 11)
  })

  it('is none for λ < 0', () => {
    expect(chainHjbValue(-1, 1, [0, 0], chainOf([1], [1]))).toBeNull()
  })
})
