/**
 * What a control does where the noise acts. Where it moves the state by σRθ and nowhere else, ∇V enters the Hamiltonian through z = Rᵀσᵀ∇V alone,
 * (b(t,x,a) − b(t,x,ā))·∇V = θ(t,x,a)·z, and the noise need not reach every state.
 */
import { array, concat, constantValues, div, element, sub, variable, zero } from '../formulas/build.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { type Expression, names, reachable } from '../formulas/expression.ts'
import { matvec, multiply } from '../formulas/linear.ts'
import { sizeOf } from '../formulas/shape.ts'
import type { Noise } from '../problem/noise.ts'
import { normalVector, seededRandom } from '../problem/sample.ts'
import { invert } from '../statistics/linear-system.ts'

/** Random points at which a matrix's part of the state is seen to be where the noise acts. */
const POINTS = 8
const ROUNDING = 1e-9

/**
 * θ [noiseDim] with σRθ = `moved`, a formula of t, x and a.
 * @returns why there is none, where there is none
 */
export function noiseShift(noise: Noise, moved: Expression): Expression | string {
  if (noise.root === null && noise.diagonal !== null) return alongDiagonal(noise.diagonal, moved)
  const columns = constantColumns(noise)
  return columns === null
    ? 'the matrix of its noise depends on time or state'
    : alongColumns(columns, noise.noiseDim, moved)
}

function alongDiagonal(diagonal: Expression, moved: Expression): Expression | string {
  const parts: Expression[] = []
  for (let i = 0; i < moved.shape[0]!; i++) {
    const [own, by] = [element(moved, i), element(diagonal, i)]
    if (firstMoved(own, moved) < 0) parts.push(zero)
    else if (constantValues(by)?.[0] === 0) return unreached(i)
    else parts.push(div(own, by))
  }
  return concat(parts)
}

function unreached(i: number): string {
  return `the control moves x[${i + 1}] at once, where there is no noise`
}

/** σR, a column for each source of noise, where it is constant. */
function constantColumns(noise: Noise): Float64Array | null {
  const w = variable('w', [noise.noiseDim])
  const applied = noise.apply(w)
  if (names(applied).some((name) => name !== 'w')) return null
  const dim = applied.shape[0]!
  const columns = new Float64Array(dim * noise.noiseDim)
  for (let j = 0; j < noise.noiseDim; j++) {
    const unit = new Float64Array(noise.noiseDim)
    unit[j] = 1
    evaluate(applied, { w: unit }).forEach((value, i) => {
      columns[i * noise.noiseDim + j] = value
    })
  }
  return columns
}

/** By the pseudoinverse (SᵀS)⁻¹Sᵀ of the matrix S [dim × noiseDim]. */
function alongColumns(s: Float64Array, noiseDim: number, moved: Expression): Expression | string {
  const dim = moved.shape[0]!
  const transposed = Float64Array.from(
    { length: noiseDim * dim },
    (_, k) => s[(k % dim) * noiseDim + Math.floor(k / dim)],
  )
  const inverse = invert(multiply(transposed, s, noiseDim, dim, noiseDim), noiseDim)
  if (inverse === null) return 'two of its sources of noise act alike'
  const pseudo = multiply(inverse, transposed, noiseDim, noiseDim, dim)
  const theta = matvec(array(pseudo, [noiseDim, dim]), moved)
  const left = sub(moved, matvec(array(s, [dim, noiseDim]), theta))
  const missed = firstMoved(left, moved)
  return missed < 0 ? theta : unreached(missed)
}

/** The first component of `left` that is not 0 beside `moved` at random points; −1 where all are. */
function firstMoved(left: Expression, moved: Expression): number {
  const random = seededRandom(1)
  const variables = reachable([left, moved]).filter((node) => node.kind === 'variable')
  for (let k = 0; k < POINTS; k++) {
    const at = Object.fromEntries(
      variables.map(({ name, shape }) => [name, normalVector(random, sizeOf(shape))]),
    )
    const [rest, whole] = [evaluate(left, at), evaluate(moved, at)]
    const size = Math.max(...whole.map(Math.abs))
    const found = rest.findIndex((value) => Math.abs(value) > ROUNDING * size)
    if (found >= 0) return found
  }
  return -1
}
