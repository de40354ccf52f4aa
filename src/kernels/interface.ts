/**
 * The back end: a small set of loops over flat single-precision arrays in one shared memory.
 *
 * Every array argument is an index of elements, as in `Views`: of float32 where nothing else is said, a multiple of 4.
 * A matrix of `rows × cols` is row-major with stride `padded(cols)` (see memory/rows.ts); the padding
 * columns hold zeros and every function keeps them zero. No function allocates. Each output element is
 * computed by a sequence of operations that depends neither on how many rows the call was given nor on which
 * row it is, so that splitting a batch over threads cannot change a bit.
 */

export type KernelName = 'reference' | 'simd' | 'fma'

/** Activation functions, by the code that the kernels take. Each has a derivative that its output determines. */
export const ACTIVATION = { identity: 0, relu: 1, tanh: 2, sigmoid: 3 } as const
export type ActivationName = keyof typeof ACTIVATION
export type ActivationCode = (typeof ACTIVATION)[ActivationName]

export interface Kernels {
  /** C[m×n] = A[m×k] · B[k×n], or C += … when `accumulate` is 1. */
  gemmNN(c: number, a: number, b: number, m: number, k: number, n: number, accumulate: 0 | 1): void
  /** B[k×n] = A[m×k]ᵀ · C[m×n], or B += …: the gradient of a weight. The sum over m runs in row order. */
  gemmTN(b: number, a: number, c: number, m: number, k: number, n: number, accumulate: 0 | 1): void
  /** A[m×k] = C[m×n] · B[k×n]ᵀ, or A += …: the gradient of a layer's input. `scratch` holds k·n padded floats (n × padded(k)). */
  gemmNT(
    a: number,
    c: number,
    b: number,
    m: number,
    k: number,
    n: number,
    accumulate: 0 | 1,
    scratch: number,
  ): void

  /** H[m×n] = act(H + bias), bias[n] added to every row; in place. */
  biasActivation(h: number, bias: number, m: number, n: number, activation: ActivationCode): void
  /** D[m×n] = D ∘ act′, the derivative taken from the activation's output H[m×n]; in place on D. */
  activationBackward(d: number, h: number, m: number, n: number, activation: ActivationCode): void
  /**
   * D[m×n] = (1 − H²)∘(D − H∘(Q² − S) + (H² − ⅓)∘Q∘(Q² − 3S)): Hermite's expansion of what tanh moves by while its argument moves by
   * D, to third order; H is its output before, Q the part of D that is normal, of variance S. `q` may be `d`, in place on D.
   */
  tanhIncrement(d: number, h: number, q: number, s: number, m: number, n: number): void
  /** out[n] = Σ_rows D[m×n] (or +=), in row order. */
  columnSum(out: number, d: number, m: number, n: number, accumulate: 0 | 1): void

  /**
   * Batch normalisation over the rows of X[m×n]: mean[n], inverse[n] = 1/√(var + epsilon) with the biased
   * variance, xhat[m×n] = (X − mean)∘inverse, out = gamma∘xhat + beta. `out` may be `x`.
   */
  batchNorm(
    out: number,
    xhat: number,
    mean: number,
    inverse: number,
    x: number,
    gamma: number,
    beta: number,
    m: number,
    n: number,
    epsilon: number,
  ): void
  /** Backward of `batchNorm`: dgamma[n], dbeta[n] written, d[m×n] turned in place from ∂L/∂out to ∂L/∂x. */
  batchNormBackward(
    d: number,
    dgamma: number,
    dbeta: number,
    xhat: number,
    inverse: number,
    gamma: number,
    m: number,
    n: number,
  ): void

  /** out[rows×n] = A[rows×n] ∘ scale[n] + shift[n]. `out` may be `a`. */
  scaleShift(out: number, a: number, scale: number, shift: number, rows: number, n: number): void
  /** out[rows×n] += A[rows×n] ∘ scale[n]: a diagonal linear map. `out` is not `a`. */
  addScaled(out: number, a: number, scale: number, rows: number, n: number): void
  /**
   * Z[rows×n] = unit·(Z + bias[n] + X[rows×n]∘beta[n]) + G[rows×n]∘alpha[n]: the linear terms of an output in one pass. A term whose
   * coefficients are at 0 is left out.
   */
  linearOutput(
    z: number,
    bias: number,
    x: number,
    beta: number,
    unit: number,
    g: number,
    alpha: number,
    rows: number,
    n: number,
  ): void
  /**
   * Backward of `linearOutput`, from D[m×n] = ∂L/∂Z: dalpha[n] = Σ_rows D∘G; D ← unit·D; dbias[n] = Σ_rows D, dbeta[n] = Σ_rows D∘X, each in
   * row order. A gradient at 0 is not wanted.
   */
  linearOutputBackward(
    d: number,
    dbias: number,
    x: number,
    dbeta: number,
    unit: number,
    g: number,
    dalpha: number,
    m: number,
    n: number,
  ): void
  /** out[rows×n] += A[rows×n]. */
  add(out: number, a: number, rows: number, n: number): void
  /** out[rows×n] += A∘A. */
  addSquares(out: number, a: number, rows: number, n: number): void
  /** out[rows×n] = out·keep + A·take: moving averages, plain gradient steps. */
  blend(out: number, a: number, keep: number, take: number, rows: number, n: number): void

  /**
   * One Adam step on `count` parameters (a multiple of 4):
   * m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − rate · (m·c1) / (√(v·c2) + ε), with c1 = 1/(1−β₁ᵏ), c2 = 1/(1−β₂ᵏ).
   */
  adam(
    theta: number,
    g: number,
    m: number,
    v: number,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    c1: number,
    c2: number,
  ): void

  /**
   * Standard normal variates times `scale` into out[rows×n]: Philox4x32-10, key (seed, stream), counter
   * (component block j/4, step, path = firstPath + row, iteration); the four words of a block give components
   * 4q…4q+3 by two Box–Muller pairs: (w₀,w₁) → r cos, r sin; (w₂,w₃) → r cos, r sin, with
   * r = √(−2 ln((w+½)/2³²)) from the first word and the angle 2π(w+½)/2³² from the second. Padding columns are zeroed.
   */
  normals(
    out: number,
    rows: number,
    n: number,
    scale: number,
    seed: number,
    stream: number,
    iteration: number,
    firstPath: number,
    step: number,
  ): void

  /** out[rows×n] = X∘a[n] + b[n] + s[n]∘W[rows×n]: exact Brownian and Ornstein–Uhlenbeck steps. */
  affineStep(
    out: number,
    x: number,
    w: number,
    a: number,
    b: number,
    s: number,
    rows: number,
    n: number,
  ): void
  /** out[rows×n] = X ∘ exp(b[n] + s[n]∘W[rows×n]): an exact geometric Brownian step. */
  geometricStep(out: number, x: number, w: number, b: number, s: number, rows: number, n: number): void

  /** out[r] = Σ_j A[r,j]·B[r,j], as float64 (`out` is an index of those). */
  rowDot(out: number, a: number, b: number, rows: number, n: number): void
  /** out[r,j] = p[r]·A[r,j] + q[r]·B[r,j], p and q arrays of float64 of length rows. `out` may be `a` or `b`. */
  rowCombine(out: number, a: number, p: number, b: number, q: number, rows: number, n: number): void
}
