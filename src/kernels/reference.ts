/**
 * The plain back end: the oracle of the tests, and what runs where WebAssembly SIMD is missing. Sums are taken in
 * double precision and rounded once. `Kernels` in interface.ts says what each function computes.
 */
import { fourNormals } from '../random/normals.ts'
import { ACTIVATION, type ActivationCode, type Kernels, padded } from './interface.ts'

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
      const v = bias >>> 2
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) f[hh.at(i, j)] = activate(f[hh.at(i, j)] + f[v + j], activation)
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
      const [dd, hh, qq, ss] = [d >>> 2, h >>> 2, q >>> 2, s >>> 2]
      for (let k = 0; k < count; k++) {
        const [phi, move, variance] = [f[hh + k], f[qq + k], f[ss + k]]
        const second = phi * (move * move - variance)
        const third = (phi * phi - 1 / 3) * move * (move * move - 3 * variance)
        f[dd + k] = (1 - phi * phi) * (f[dd + k] - second + third)
      }
    },

    columnSum(out, d, m, n, accumulate) {
      const f = floats()
      const dd = matrix(d, n)
      const o = out >>> 2
      for (let j = 0; j < dd.stride; j++) {
        let sum = accumulate ? f[o + j] : 0
        for (let i = 0; i < m; i++) sum += f[dd.at(i, j)]
        f[o + j] = sum
      }
    },

    batchNorm(out, xhat, mean, inverse, x, gamma, beta, m, n, epsilon) {
      const f = floats()
      const [oo, hh, xx] = [matrix(out, n), matrix(xhat, n), matrix(x, n)]
      const [mu, inv, ga, be] = [mean >>> 2, inverse >>> 2, gamma >>> 2, beta >>> 2]
      for (let j = 0; j < xx.stride; j++) {
        let sum = 0
        for (let i = 0; i < m; i++) sum += f[xx.at(i, j)]
        f[mu + j] = m > 0 ? sum / m : 0
        let squares = 0
        for (let i = 0; i < m; i++) squares += (f[xx.at(i, j)] - f[mu + j]) ** 2
        f[inv + j] = j < n ? 1 / Math.sqrt((m > 0 ? squares / m : 0) + epsilon) : 0
        for (let i = 0; i < m; i++) {
          f[hh.at(i, j)] = (f[xx.at(i, j)] - f[mu + j]) * f[inv + j]
          f[oo.at(i, j)] = f[ga + j] * f[hh.at(i, j)] + f[be + j]
        }
      }
    },

    batchNormBackward(d, dgamma, dbeta, xhat, inverse, gamma, m, n) {
      const f = floats()
      const [dd, hh] = [matrix(d, n), matrix(xhat, n)]
      const [dg, db, inv, ga] = [dgamma >>> 2, dbeta >>> 2, inverse >>> 2, gamma >>> 2]
      for (let j = 0; j < dd.stride; j++) {
        let sumGamma = 0
        let sumBeta = 0
        for (let i = 0; i < m; i++) {
          sumGamma += f[dd.at(i, j)] * f[hh.at(i, j)]
          sumBeta += f[dd.at(i, j)]
        }
        f[dg + j] = sumGamma
        f[db + j] = sumBeta
        for (let i = 0; i < m; i++) {
          const centred = f[dd.at(i, j)] - (sumBeta + f[hh.at(i, j)] * sumGamma) / m
          f[dd.at(i, j)] = f[ga + j] * f[inv + j] * centred
        }
      }
    },

    addScaled(out, a, scale, rows, n) {
      const f = floats()
      const [oo, aa, ss] = [matrix(out, n), matrix(a, n), scale >>> 2]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < oo.stride; j++) f[oo.at(i, j)] += f[aa.at(i, j)] * f[ss + j]
      }
    },

    linearOutput(z, bias, x, beta, unit, g, alpha, rows, n) {
      const f = floats()
      const [zz, xx, gg] = [matrix(z, n), matrix(x, n), matrix(g, n)]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < zz.stride; j++) {
          const at = zz.at(i, j)
          if (bias !== 0) f[at] += f[(bias >>> 2) + j]
          if (beta !== 0) f[at] += f[xx.at(i, j)] * f[(beta >>> 2) + j]
          f[at] *= unit
          if (alpha !== 0) f[at] += f[gg.at(i, j)] * f[(alpha >>> 2) + j]
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
        if (dbias !== 0) f[(dbias >>> 2) + j] = bias
        if (dbeta !== 0) f[(dbeta >>> 2) + j] = beta
        if (dalpha !== 0) f[(dalpha >>> 2) + j] = alpha
      }
    },

    scaleShift(out, a, scale, shift, rows, n) {
      const f = floats()
      const [oo, aa] = [matrix(out, n), matrix(a, n)]
      const [sc, sh] = [scale >>> 2, shift >>> 2]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < aa.stride; j++) f[oo.at(i, j)] = f[aa.at(i, j)] * f[sc + j] + f[sh + j]
      }
    },

    add(out, a, count) {
      const f = floats()
      const [o, x] = [out >>> 2, a >>> 2]
      for (let i = 0; i < count; i++) f[o + i] += f[x + i]
    },

    addSquares(out, a, count) {
      const f = floats()
      const [o, v] = [out >>> 2, a >>> 2]
      for (let k = 0; k < count; k++) f[o + k] += f[v + k] * f[v + k]
    },

    blend(out, a, keep, take, count) {
      const f = floats()
      const [o, x] = [out >>> 2, a >>> 2]
      for (let i = 0; i < count; i++) f[o + i] = f[o + i] * keep + f[x + i] * take
    },

    adam(theta, g, m, v, count, rate, beta1, beta2, epsilon, c1, c2) {
      const f = floats()
      const [t, gg, mm, vv] = [theta >>> 2, g >>> 2, m >>> 2, v >>> 2]
      for (let i = 0; i < count; i++) {
        const gradient = f[gg + i]
        const first = beta1 * f[mm + i] + (1 - beta1) * gradient
        const second = beta2 * f[vv + i] + (1 - beta2) * gradient * gradient
        f[mm + i] = first
        f[vv + i] = second
        f[t + i] -= (rate * first * c1) / (Math.sqrt(second * c2) + epsilon)
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
      const [aa, bb, ss] = [a >>> 2, b >>> 2, s >>> 2]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < xx.stride; j++) {
          f[oo.at(i, j)] = f[xx.at(i, j)] * f[aa + j] + f[bb + j] + f[ss + j] * f[ww.at(i, j)]
        }
      }
    },

    geometricStep(out, x, w, b, s, rows, n) {
      const f = floats()
      const [oo, xx, ww] = [matrix(out, n), matrix(x, n), matrix(w, n)]
      const [bb, ss] = [b >>> 2, s >>> 2]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < xx.stride; j++) {
          f[oo.at(i, j)] = f[xx.at(i, j)] * Math.exp(f[bb + j] + f[ss + j] * f[ww.at(i, j)])
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
        to[(out >>> 3) + i] = sum
      }
    },

    rowCombine(out, a, p, b, q, rows, n) {
      const f = floats()
      const weights = doubles()
      const [oo, aa, bb] = [matrix(out, n), matrix(a, n), matrix(b, n)]
      for (let i = 0; i < rows; i++) {
        const [u, v] = [weights[(p >>> 3) + i], weights[(q >>> 3) + i]]
        for (let j = 0; j < aa.stride; j++) f[oo.at(i, j)] = u * f[aa.at(i, j)] + v * f[bb.at(i, j)]
      }
    },
  }
}

/** Where a matrix at a byte offset has its elements, as indices of floats. */
function matrix(
  offset: number,
  cols: number,
): { stride: number; at: (row: number, column: number) => number } {
  const first = offset >>> 2
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
