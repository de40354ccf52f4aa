/**
 * The plain back end: the oracle of the tests, and what runs where WebAssembly SIMD is missing. Sums are taken in
 * double precision and rounded once. `Kernels` in interface.ts says what each function computes.
 */
import { padded } from '../memory/rows.ts'
import { fourNormals } from '../random/normals.ts'
import { ACTIVATION, type ActivationCode, type Kernels } from './interface.ts'

export function createReferenceKernels(memory: WebAssembly.Memory): Kernels {
  // Views are made by each call: the memory may have grown since the last one.
  const floats = () => new Float32Array(memory.buffer)
  const doubles = () => new Float64Array(memory.buffer)
  const four = new Float64Array(4)
  const words = new Uint32Array(4)

  return {
    gemmNN(c, a, b, m, k, n, accumulate) {
      const f = floats()
      const [cc, aa, bb] = [matrix(c, n), matrix(a, k), matrix(b, n)]
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < cc.stride; j++) {
          let sum = accumulate ? f[cc.at(i, j)] : 0
          for (let l = 0; l < k; l++) sum += f[aa.at(i, l)] * f[bb.at(l, j)]
          f[cc.at(i, j)] = sum
        }
      }
    },

    gemmTN(b, a, c, m, k, n, accumulate) {
      const f = floats()
      const [bb, aa, cc] = [matrix(b, n), matrix(a, k), matrix(c, n)]
      for (let l = 0; l < k; l++) {
        for (let j = 0; j < bb.stride; j++) {
          let sum = accumulate ? f[bb.at(l, j)] : 0
          for (let i = 0; i < m; i++) sum += f[aa.at(i, l)] * f[cc.at(i, j)]
          f[bb.at(l, j)] = sum
        }
      }
    },

    gemmNT(a, c, b, m, k, n, accumulate) {
      const f = floats()
      const [aa, cc, bb] = [matrix(a, k), matrix(c, n), matrix(b, n)]
      for (let i = 0; i < m; i++) {
        for (let l = 0; l < aa.stride; l++) {
          let sum = accumulate ? f[aa.at(i, l)] : 0
          if (l < k) for (let j = 0; j < n; j++) sum += f[cc.at(i, j)] * f[bb.at(l, j)]
          f[aa.at(i, l)] = sum
        }
      }
    },

    biasActivation(h, bias, m, n, activation) {
      const f = floats()
      const hh = matrix(h, n)
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) f[hh.at(i, j)] = activate(f[hh.at(i, j)] + f[bias + j], activation)
      }
    },

    activationBackward(d, h, m, n, activation) {
      const f = floats()
      const [dd, hh] = [matrix(d, n), matrix(h, n)]
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) f[dd.at(i, j)] *= slopeFromOutput(f[hh.at(i, j)], activation)
      }
    },

    tanhIncrement(d, h, q, s, m, n) {
      const f = floats()
      const count = m * padded(n)
      for (let k = 0; k < count; k++) {
        const [phi, move, variance] = [f[h + k], f[q + k], f[s + k]]
        const second = phi * (move * move - variance)
        const third = (phi * phi - 1 / 3) * move * (move * move - 3 * variance)
        f[d + k] = (1 - phi * phi) * (f[d + k] - second + third)
      }
    },

    columnSum(out, d, m, n, accumulate) {
      const f = floats()
      const dd = matrix(d, n)
      for (let j = 0; j < dd.stride; j++) {
        let sum = accumulate ? f[out + j] : 0
        for (let i = 0; i < m; i++) sum += f[dd.at(i, j)]
        f[out + j] = sum
      }
    },

    batchNorm(out, xhat, mean, inverse, x, gamma, beta, m, n, epsilon) {
      const f = floats()
      const [oo, hh, xx] = [matrix(out, n), matrix(xhat, n), matrix(x, n)]
      for (let j = 0; j < xx.stride; j++) {
        let sum = 0
        for (let i = 0; i < m; i++) sum += f[xx.at(i, j)]
        f[mean + j] = m > 0 ? sum / m : 0
        let squares = 0
        for (let i = 0; i < m; i++) squares += (f[xx.at(i, j)] - f[mean + j]) ** 2
        f[inverse + j] = j < n ? 1 / Math.sqrt((m > 0 ? squares / m : 0) + epsilon) : 0
        for (let i = 0; i < m; i++) {
          f[hh.at(i, j)] = (f[xx.at(i, j)] - f[mean + j]) * f[inverse + j]
          f[oo.at(i, j)] = f[gamma + j] * f[hh.at(i, j)] + f[beta + j]
        }
      }
    },

    batchNormBackward(d, dgamma, dbeta, xhat, inverse, gamma, m, n) {
      const f = floats()
      const [dd, hh] = [matrix(d, n), matrix(xhat, n)]
      for (let j = 0; j < dd.stride; j++) {
        let sumGamma = 0
        let sumBeta = 0
        for (let i = 0; i < m; i++) {
          sumGamma += f[dd.at(i, j)] * f[hh.at(i, j)]
          sumBeta += f[dd.at(i, j)]
        }
        f[dgamma + j] = sumGamma
        f[dbeta + j] = sumBeta
        for (let i = 0; i < m; i++) {
          const centred = f[dd.at(i, j)] - (sumBeta + f[hh.at(i, j)] * sumGamma) / m
          f[dd.at(i, j)] = f[gamma + j] * f[inverse + j] * centred
        }
      }
    },

    addScaled(out, a, scale, rows, n) {
      const f = floats()
      const [oo, aa] = [matrix(out, n), matrix(a, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < oo.stride; j++) f[oo.at(i, j)] += f[aa.at(i, j)] * f[scale + j]
      }
    },

    linearOutput(z, bias, x, beta, unit, g, alpha, rows, n) {
      const f = floats()
      const [zz, xx, gg] = [matrix(z, n), matrix(x, n), matrix(g, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < zz.stride; j++) {
          const at = zz.at(i, j)
          if (bias !== 0) f[at] += f[bias + j]
          if (beta !== 0) f[at] += f[xx.at(i, j)] * f[beta + j]
          f[at] *= unit
          if (alpha !== 0) f[at] += f[gg.at(i, j)] * f[alpha + j]
        }
      }
    },

    linearOutputBackward(d, dbias, x, dbeta, unit, g, dalpha, m, n) {
      const f = floats()
      const [dd, xx, gg] = [matrix(d, n), matrix(x, n), matrix(g, n)]
      for (let j = 0; j < dd.stride; j++) {
        let [bias, beta, alpha] = [0, 0, 0]
        for (let i = 0; i < m; i++) {
          const at = dd.at(i, j)
          if (dalpha !== 0) alpha += f[at] * f[gg.at(i, j)]
          f[at] *= unit
          bias += f[at]
          if (dbeta !== 0) beta += f[at] * f[xx.at(i, j)]
        }
        if (dbias !== 0) f[dbias + j] = bias
        if (dbeta !== 0) f[dbeta + j] = beta
        if (dalpha !== 0) f[dalpha + j] = alpha
      }
    },

    scaleShift(out, a, scale, shift, rows, n) {
      const f = floats()
      const [oo, aa] = [matrix(out, n), matrix(a, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < aa.stride; j++) f[oo.at(i, j)] = f[aa.at(i, j)] * f[scale + j] + f[shift + j]
      }
    },

    add(out, a, rows, n) {
      const f = floats()
      const count = rows * padded(n)
      for (let i = 0; i < count; i++) f[out + i] += f[a + i]
    },

    addSquares(out, a, rows, n) {
      const f = floats()
      const count = rows * padded(n)
      for (let k = 0; k < count; k++) f[out + k] += f[a + k] * f[a + k]
    },

    blend(out, a, keep, take, rows, n) {
      const f = floats()
      const count = rows * padded(n)
      for (let i = 0; i < count; i++) f[out + i] = f[out + i] * keep + f[a + i] * take
    },

    adam(theta, g, m, v, count, rate, beta1, beta2, epsilon, c1, c2) {
      const f = floats()
      for (let i = 0; i < count; i++) {
        const gradient = f[g + i]
        const first = beta1 * f[m + i] + (1 - beta1) * gradient
        const second = beta2 * f[v + i] + (1 - beta2) * gradient * gradient
        f[m + i] = first
        f[v + i] = second
        f[theta + i] -= (rate * first * c1) / (Math.sqrt(second * c2) + epsilon)
      }
    },

    normals(out, rows, n, scale, seed, stream, iteration, firstPath, step) {
      const f = floats()
      const oo = matrix(out, n)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < oo.stride; j += 4) {
          fourNormals(four, words, j / 4, step, firstPath + i, iteration, seed, stream)
          for (let l = 0; l < 4; l++) f[oo.at(i, j + l)] = j + l < n ? four[l] * scale : 0
        }
      }
    },

    affineStep(out, x, w, a, b, s, rows, n) {
      const f = floats()
      const [oo, xx, ww] = [matrix(out, n), matrix(x, n), matrix(w, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < xx.stride; j++) {
          f[oo.at(i, j)] = f[xx.at(i, j)] * f[a + j] + f[b + j] + f[s + j] * f[ww.at(i, j)]
        }
      }
    },

    geometricStep(out, x, w, b, s, rows, n) {
      const f = floats()
      const [oo, xx, ww] = [matrix(out, n), matrix(x, n), matrix(w, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < xx.stride; j++) {
          f[oo.at(i, j)] = f[xx.at(i, j)] * Math.exp(f[b + j] + f[s + j] * f[ww.at(i, j)])
        }
      }
    },

    rowDot(out, a, b, rows, n) {
      const f = floats()
      const to = doubles()
      const [aa, bb] = [matrix(a, n), matrix(b, n)]
      for (let i = 0; i < rows; i++) {
        let sum = 0
        for (let j = 0; j < n; j++) sum += f[aa.at(i, j)] * f[bb.at(i, j)]
        to[out + i] = sum
      }
    },

    rowCombine(out, a, p, b, q, rows, n) {
      const f = floats()
      const weights = doubles()
      const [oo, aa, bb] = [matrix(out, n), matrix(a, n), matrix(b, n)]
      for (let i = 0; i < rows; i++) {
        const [u, v] = [weights[p + i], weights[q + i]]
        for (let j = 0; j < aa.stride; j++) f[oo.at(i, j)] = u * f[aa.at(i, j)] + v * f[bb.at(i, j)]
      }
    },
  }
}

/** Where a matrix has its elements. */
function matrix(
  first: number,
  cols: number,
): { stride: number; at: (row: number, column: number) => number } {
  const stride = padded(cols)
  return { stride, at: (row, column) => first + row * stride + column }
}

function activate(x: number, activation: ActivationCode): number {
  if (activation === ACTIVATION.relu) return Math.max(x, 0)
  if (activation === ACTIVATION.tanh) return Math.tanh(x)
  if (activation === ACTIVATION.sigmoid) return 1 / (1 + Math.exp(-x))
  return x
}

function slopeFromOutput(y: number, activation: ActivationCode): number {
  if (activation === ACTIVATION.relu) return y > 0 ? 1 : 0
  if (activation === ACTIVATION.tanh) return 1 - y * y
  if (activation === ACTIVATION.sigmoid) return y * (1 - y)
  return 1
}
