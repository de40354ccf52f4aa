/** Adam and moving averages over flat parameters. */
import { madd, strideOf } from './simd'

// @ts-ignore: decorator
@inline
function moved(theta: v128, first: v128, second: v128, step: v128, correction: v128, eps: v128): v128 {
  const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, correction)), eps)
  return f32x4.sub(theta, f32x4.div(f32x4.mul(step, first), root))
}

/** Two vectors at a time, which V8 joins where it can: all is loaded before any is stored (bench adam::fma:count=12320: 0.22 ns so, 0.44 one by one). */
export function adam(
  theta: usize, g: usize, m: usize, v: usize, count: i32,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, c1: f64, c2: f64,
): void {
  theta <<= 2; g <<= 2; m <<= 2; v <<= 2
  const end = g + (<usize>count << 2)
  const keep1 = f32x4.splat(<f32>beta1)
  const take1 = f32x4.splat(<f32>(1.0 - beta1))
  const keep2 = f32x4.splat(<f32>beta2)
  const take2 = f32x4.splat(<f32>(1.0 - beta2))
  const step = f32x4.splat(<f32>(rate * c1))
  const correction = f32x4.splat(<f32>c2)
  const eps = f32x4.splat(<f32>epsilon)
  for (; g + 32 <= end; g += 32) {
    const g0 = v128.load(g), g1 = v128.load(g, 16)
    const m0 = madd(keep1, v128.load(m), f32x4.mul(take1, g0))
    const m1 = madd(keep1, v128.load(m, 16), f32x4.mul(take1, g1))
    const v0 = madd(keep2, v128.load(v), f32x4.mul(take2, f32x4.mul(g0, g0)))
    const v1 = madd(keep2, v128.load(v, 16), f32x4.mul(take2, f32x4.mul(g1, g1)))
    const t0 = moved(v128.load(theta), m0, v0, step, correction, eps)
    const t1 = moved(v128.load(theta, 16), m1, v1, step, correction, eps)
    v128.store(m, m0); v128.store(m, m1, 16)
    v128.store(v, v0); v128.store(v, v1, 16)
    v128.store(theta, t0); v128.store(theta, t1, 16)
    theta += 32; m += 32; v += 32
  }
  if (g < end) {
    const last = v128.load(g)
    const first = madd(keep1, v128.load(m), f32x4.mul(take1, last))
    const second = madd(keep2, v128.load(v), f32x4.mul(take2, f32x4.mul(last, last)))
    v128.store(m, first)
    v128.store(v, second)
    v128.store(theta, moved(v128.load(theta), first, second, step, correction, eps))
  }
}

/** out[rows×n] += A */
export function add(out: usize, a: usize, rows: i32, n: i32): void {
  out <<= 2; a <<= 2
  const bytes = <usize>rows * strideOf(n)
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, f32x4.add(v128.load(out + i), v128.load(a + i)))
}

/** out[rows×n] += A∘A */
export function addSquares(out: usize, a: usize, rows: i32, n: i32): void {
  out <<= 2; a <<= 2
  const bytes = <usize>rows * strideOf(n)
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(a + i)
    v128.store(out + i, madd(value, value, v128.load(out + i)))
  }
}

/** out[rows×n] = out·keep + A·take */
export function blend(out: usize, a: usize, keep: f64, take: f64, rows: i32, n: i32): void {
  out <<= 2; a <<= 2
  const bytes = <usize>rows * strideOf(n)
  const k = f32x4.splat(<f32>keep)
  const t = f32x4.splat(<f32>take)
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, madd(k, v128.load(out + i), f32x4.mul(t, v128.load(a + i))))
  }
}
