/**
 * Whether a stopping problem stays the same when components of x change places. Its value is then a function of the sorted
 * state, and so may the features be that it is fitted by. Found by trying: a wrong answer could only make limits wider.
 */
import { pointwise } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { lawOf } from '../problem/laws/laws.ts'
import { normalVector, seededRandom } from '../problem/sample.ts'
import type { CompiledStopping } from './compiled.ts'

const TRIALS = 12
const TOLERANCE = 1e-10

type Written = Pick<CompiledStopping['stopping'], 'functions' | 'driver'>

/** What the problem does not tell apart; see `CompiledStopping`. */
export function symmetryOf(
  problem: CompiledProblem,
  written: Written,
): Pick<CompiledStopping['stopping'], 'isExchangeable' | 'isOfSum'> {
  const trials = isLawExchangeable(problem) ? trialsOf(problem) : []
  const isExchangeable = trials.length > 0 && trials.every((trial) => isSameMoved(problem, written, trial))
  const { functions, driver } = written
  const isFree = driver === null && !functions.accrual.dependsOn.includes('x')
  const isOfSum = isExchangeable && isFree && trials.every((trial) => isSloped(problem, written, trial))
  return { isExchangeable, isOfSum }
}

function isLawExchangeable({ dim, dynamics, mixing, noiseDim, x0 }: CompiledProblem): boolean {
  if (dim === 1 || lawOf(dynamics).components === null) return false
  const coefficients = Object.values(dynamics).filter((part) => part instanceof Float64Array)
  if (![x0, ...coefficients].every((part) => part.every((value) => value === part[0]))) return false
  return mixing === null || isUniform(mixing, dim, noiseDim)
}

/** A point, and one whose i-th component is its order[i]-th; y and z for a driver. */
interface Trial {
  t: number
  x: Float64Array
  y: number
  z: Float64Array
  order: number[]
}

function trialsOf({ dim, dynamics, noiseDim, x0, horizon }: CompiledProblem): Trial[] {
  const random = seededRandom(11)
  const law = lawOf(dynamics).components!
  const spread = law.diffusion[0] * Math.sqrt(horizon)
  return Array.from({ length: TRIALS }, () => {
    const noise = normalVector(random, dim)
    const x = x0.map((start, i) => {
      const [factor, term] = law.along(spread * noise[i])
      return factor * start + term
    })
    const order = Array.from(x, (_, i) => i).sort(() => random() - 0.5)
    return { t: horizon * random(), x, y: noise[0], z: normalVector(random, noiseDim), order }
  })
}

function isSameMoved(
  { dim, noiseDim }: CompiledProblem,
  { functions, driver }: Written,
  { t, x, y, z, order }: Trial,
): boolean {
  const moved = x.map((_, i) => x[order[i]])
  const { payoff, terminal, accrual } = functions
  const paid = [payoff, terminal].map((pays) => [x, moved].map((at) => pointwise(pays)(t, { x: at }).g))
  const [own, other] = [x, moved].map((at) => pointwise(accrual)(t, { x: at }))
  const pairs = [...paid, [own.rate, other.rate], [own.source, other.source]]
  if (!pairs.every(([a, b]) => isNear(a[0], b[0]))) return false
  if (driver === null) return true
  if (noiseDim !== dim) return false
  const turned = z.map((_, i) => z[order[i]])
  const tangent = pointwise(driver.tangent)
  return isNear(tangent(t, { x, y, z }).f[0], tangent(t, { x: moved, y, z: turned }).f[0])
}

/** Whether payoff and terminal value have one slope by all coordinates. */
function isSloped({ dynamics }: CompiledProblem, { functions }: Written, { t, x }: Trial): boolean {
  const law = lawOf(dynamics).components!
  return [functions.payoff, functions.terminal].every((pays) => {
    const { gradU } = pointwise(pays)(t, { x })
    const own = gradU.map((value, i) => value * law.scale(x[i]))
    return own.every((value) => isNear(value, own[0]))
  })
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(a))
}

/** Whether all rows of the matrix have one length, and any two of them one product. */
function isUniform(mixing: Float64Array, dim: number, noiseDim: number): boolean {
  const product = (i: number, k: number) => {
    let sum = 0
    for (let j = 0; j < noiseDim; j++) sum += mixing[i * noiseDim + j] * mixing[k * noiseDim + j]
    return sum
  }
  const [square, cross] = [product(0, 0), product(0, 1)]
  for (let i = 0; i < dim; i++) {
    for (let k = 0; k <= i; k++) {
      if (Math.abs(product(i, k) - (i === k ? square : cross)) > TOLERANCE * square) return false
    }
  }
  return true
}
