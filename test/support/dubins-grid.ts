/**
 * The value of `dubins-car` by a dynamic programme on a grid of place and heading, with nothing of the product in it: half a step straight
 * ahead, a turn with its noise, half a step straight ahead (Strang), by Lagrange's cubic; turns searched among 25 and by a parabola.
 *
 *     node --import tsx test/support/dubins-grid.ts      prints V(0, x0) on three grids, some minutes
 */
export const DUBINS = {
  horizon: 4,
  speed: 1,
  turn: 1.5,
  noise: 0.2,
  effort: 0.05,
  target: [-1, 1, Math.PI],
} as const

const LOW = [-3, -2.5] as const
const HIGH = [3.5, 3.5] as const
const CONTROLS = 25

/** V(0, x0) with points every `h` in both directions, `headings` of them around, and `steps` steps. */
export function dubinsValue(h: number, headings: number, steps: number): number {
  const { horizon, speed, turn, noise, effort, target } = DUBINS
  const dt = horizon / steps
  const [nx, ny] = [0, 1].map((axis) => Math.round((HIGH[axis] - LOW[axis]) / h) + 1)
  const layer = nx * ny
  const unit = (2 * Math.PI) / headings
  const spread = noise * Math.sqrt(3 * dt)
  const value = new Float64Array(headings * layer)
  for (let m = 0; m < headings; m++) {
    for (let i = 0; i < nx; i++) {
      for (let j = 0; j < ny; j++) {
        const [x, y] = [LOW[0] + i * h - target[0], LOW[1] + j * h - target[1]]
        value[m * layer + i * ny + j] = x * x + y * y + 0.5 * (1 - Math.cos(m * unit - target[2]))
      }
    }
  }
  const moved = new Float64Array(headings * layer)
  const objective = new Float64Array(CONTROLS)
  const ahead = () => {
    for (let m = 0; m < headings; m++) {
      const [dx, dy] = [Math.cos(m * unit), Math.sin(m * unit)].map((c) => (0.5 * dt * speed * c) / h)
      for (let i = 0; i < nx; i++) {
        for (let j = 0; j < ny; j++) {
          moved[m * layer + i * ny + j] = at(value, m * layer, nx, ny, i + dx, j + dy)
        }
      }
    }
    value.set(moved)
  }
  // Of each heading: what of the layers at the heading's neighbours a control and the noise reach.
  const reach = (a: number): Map<number, number> => {
    const weights = new Map<number, number>()
    for (const [share, w] of [
      [4 / 6, 0],
      [1 / 6, spread],
      [1 / 6, -spread],
    ]) {
      const u = (a * dt + w) / unit
      const first = Math.floor(u)
      cubicWeights(u - first).forEach((weight, k) => {
        const shift = first + k - 1
        weights.set(shift, (weights.get(shift) ?? 0) + share * weight)
      })
    }
    return weights
  }
  const controls = Array.from({ length: CONTROLS }, (_, c) => turn * ((2 * c) / (CONTROLS - 1) - 1))
  const reaches = controls.map((a) => [...reach(a)])
  for (let n = 0; n < steps; n++) {
    ahead()
    for (let p = 0; p < layer; p++) {
      for (let m = 0; m < headings; m++) {
        for (let c = 0; c < CONTROLS; c++) {
          let sum = dt * effort * controls[c] ** 2
          for (const [shift, weight] of reaches[c]) {
            sum += weight * value[((m + shift + headings) % headings) * layer + p]
          }
          objective[c] = sum
        }
        moved[m * layer + p] = least(objective)
      }
    }
    value.set(moved)
    ahead()
  }
  return at(value, 0, nx, ny, -LOW[0] / h, -LOW[1] / h)
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

/** Between the two middle ones of four points. */
function cubicWeights(s: number): number[] {
  return [
    (-s * (s - 1) * (s - 2)) / 6,
    ((s + 1) * (s - 1) * (s - 2)) / 2,
    (-(s + 1) * s * (s - 2)) / 2,
    ((s + 1) * s * (s - 1)) / 6,
  ]
}

/** In grid units; beyond the edge the cubic of the points before it. */
function at(values: Float64Array, from: number, nx: number, ny: number, u: number, w: number): number {
  const i = Math.min(nx - 3, Math.max(1, Math.floor(u)))
  const j = Math.min(ny - 3, Math.max(1, Math.floor(w)))
  const across = cubicWeights(w - j)
  let sum = 0
  cubicWeights(u - i).forEach((weight, k) => {
    const row = from + (i + k - 1) * ny + j - 1
    sum +=
      weight *
      (across[0] * values[row] +
        across[1] * values[row + 1] +
        across[2] * values[row + 2] +
        across[3] * values[row + 3])
  })
  return sum
}

if (process.argv[1]?.endsWith('dubins-grid.ts')) {
  for (const [h, headings, steps] of [
    [0.2, 48, 20],
    [0.1, 64, 40],
    [0.1, 96, 80],
  ]) {
    console.log(h, headings, steps, dubinsValue(h, headings, steps))
  }
}
