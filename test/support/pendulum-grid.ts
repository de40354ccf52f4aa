/**
 * The value of `pendulum` by a dynamic programme on a grid of angle and speed, with nothing of the product in it: semi-Lagrangian steps back in
 * time, V(x) = Δt·ℓ + E V(x₊) with cubic
 * interpolation, the control searched among 25 and by a parabola.
 *
 *     node --import tsx test/support/pendulum-grid.ts      prints V(0, x0) on three grids, a few minutes
 */
export const PENDULUM = {
  horizon: 3,
  gravity: 9.81,
  damping: 0.1,
  noise: 0.1,
  effort: 0.05,
  torque: 6,
  angle: Math.PI,
} as const

const FASTEST = 14
const CONTROLS = 25

/** V(0, x0) with `angles` × `speeds` points and `steps` steps. */
export function pendulumValue(angles: number, speeds: number, steps: number): number {
  const { horizon, gravity, damping, noise, effort, torque } = PENDULUM
  const dt = horizon / steps
  const [h, k] = [(2 * Math.PI) / angles, (2 * FASTEST) / (speeds - 1)]
  // Three points with the normal law's moments up to the fifth.
  const spread = noise * Math.sqrt(3 * dt)
  let value = new Float64Array(angles * speeds)
  const theta = (i: number) => i * h
  const omega = (j: number) => j * k - FASTEST
  for (let i = 0; i < angles; i++) {
    for (let j = 0; j < speeds; j++) {
      value[i * speeds + j] = 20 * (1 - Math.cos(theta(i))) + 2 * omega(j) ** 2
    }
  }
  const columns = [0, 1, 2].map(() => new Float64Array(speeds))
  const objective = new Float64Array(CONTROLS)
  for (let n = 0; n < steps; n++) {
    const next = new Float64Array(angles * speeds)
    for (let i = 0; i < angles; i++) {
      for (let j = 0; j < speeds; j++) {
        const [x, w] = [theta(i), omega(j)]
        const still = gravity * Math.sin(x) - damping * w
        const [xm, wm] = [x + (dt / 2) * w, w + (dt / 2) * still]
        const [xe, we] = [x + dt * wm, w + dt * (gravity * Math.sin(xm) - damping * wm)]
        // Speeds that a control or the noise can reach, at the angles that the step reaches under full torque either way and none.
        const reach = Math.ceil((torque * dt + spread) / k) + 2
        const middle = Math.floor((we + FASTEST) / k)
        const low = Math.max(0, Math.min(middle - reach, speeds - 6))
        const high = Math.min(speeds - 1, Math.max(middle + reach, 5))
        columns.forEach((column, side) => {
          const place = (xe + (side - 1) * 0.5 * dt * dt * torque) / h
          const row = Math.floor(place)
          for (let m = low; m <= high; m++) column[m] = along(value, angles, speeds, row, place - row, m)
        })
        const cost = (dt / 2) * (1 - Math.cos(x) + 0.1 * w * w + 1 - Math.cos(xe))
        for (let c = 0; c < CONTROLS; c++) {
          const share = (2 * c) / (CONTROLS - 1) - 1
          const a = torque * share
          // The damping takes its part of what the control adds.
          const end = we + dt * (1 - (damping * dt) / 2) * a
          const u = (end + FASTEST) / k
          const expected = (column: Float64Array) =>
            (4 * cubicAt(column, low, high, u) +
              cubicAt(column, low, high, u + spread / k) +
              cubicAt(column, low, high, u - spread / k)) /
            6
          const size = Math.abs(share)
          const mean = (1 - size) * expected(columns[1]) + size * expected(columns[share > 0 ? 2 : 0])
          objective[c] = mean + (dt / 2) * 0.1 * end * end + dt * effort * a * a
        }
        next[i * speeds + j] = cost + least(objective)
      }
    }
    value = next
  }
  const place = PENDULUM.angle / h
  const start = Float64Array.from({ length: speeds }, (_, m) =>
    along(value, angles, speeds, Math.floor(place), place - Math.floor(place), m),
  )
  return cubicAt(start, 0, speeds - 1, FASTEST / k)
}

/** The least of values at equal distances, by the parabola through the least and its neighbours. */
function least(values: Float64Array): number {
  let best = 0
  for (let c = 1; c < values.length; c++) if (values[c] < values[best]) best = c
  if (best === 0 || best === values.length - 1) return values[best]
  const [left, middle, right] = [values[best - 1], values[best], values[best + 1]]
  const curvature = left - 2 * middle + right
  return curvature > 0 ? middle - (right - left) ** 2 / (8 * curvature) : middle
}

/** Between the angles `row` and `row` + 1, at speed number m. */
function along(
  value: Float64Array,
  angles: number,
  speeds: number,
  row: number,
  part: number,
  m: number,
): number {
  const whole = Math.floor(part)
  const node = (a: number) => value[((((row + whole + a) % angles) + angles) % angles) * speeds + m]
  return between(node(-1), node(0), node(1), node(2), part - whole)
}

/** In grid units, between points `low` and `high`; beyond them the value there. */
function cubicAt(column: Float64Array, low: number, high: number, u: number): number {
  const inside = Math.min(high, Math.max(low, u))
  const j = Math.min(high - 2, Math.max(low + 1, Math.floor(inside)))
  return between(column[j - 1], column[j], column[j + 1], column[j + 2], inside - j)
}

/** Lagrange's cubic between the two middle values, and never beyond them: the search for the least would find what overshoots (Bermejo, Staniforth, 1992). */
function between(before: number, left: number, right: number, after: number, s: number): number {
  const cubic =
    (-s * (s - 1) * (s - 2) * before) / 6 +
    ((s + 1) * (s - 1) * (s - 2) * left) / 2 -
    ((s + 1) * s * (s - 2) * right) / 2 +
    ((s + 1) * s * (s - 1) * after) / 6
  return Math.min(Math.max(left, right), Math.max(Math.min(left, right), cubic))
}

if (process.argv[1]?.endsWith('pendulum-grid.ts')) {
  for (const [angles, speeds, steps] of [
    [144, 181, 60],
    [192, 241, 60],
    [288, 361, 60],
    [288, 361, 90],
    [432, 541, 90],
  ]) {
    console.log(angles, speeds, steps, pendulumValue(angles, speeds, steps))
  }
}
