/** Adam and moving averages over flat parameters. */
import { madd, strideOf } from './simd'

export function adam(
  theta: usize, g: usize, m: usize, v: usize, count: i32,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, c1: f64, c2: f64,
): void {
  theta <<= 2; g <<= 2; m <<= 2; v <<= 2
  const bytes = <usize>count << 2
  const keep1 = f32x4.splat(<f32>beta1)
  const take1 = f32x4.splat(<f32>(1.0 - beta1))
  const keep2 = f32x4.splat(<f32>beta2)
  const take2 = f32x4.splat(<f32>(1.0 - beta2))
  const step = f32x4.splat(<f32>(rate * c1))
  const correction = f32x4.splat(<f32>c2)
  const eps = f32x4.splat(<f32>epsilon)
  for (let i: usize = 0; i < bytes; i += 16) {
    const gradient = v128.load(g + i)
    const first = madd(keep1, v128.load(m + i), f32x4.mul(take1, gradient))
    const second = madd(keep2, v128.load(v + i), f32x4.mul(take2, f32x4.mul(gradient, gradient)))
    v128.store(m + i, first)
    v128.store(v + i, second)
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(second, correction)), eps)
    v128.store(theta + i, f32x4.sub(v128.load(theta + i), f32x4.div(f32x4.mul(step, first), root)))
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
