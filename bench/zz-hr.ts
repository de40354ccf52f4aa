import { randomEquation } from '../test/support/random-equations/equation.ts'
import { parseEquation } from '../test/support/pages.ts'
import { readExpressions } from '../src/problem/expressions.ts'
import { evaluate } from '../src/formulas/evaluate.ts'
import { gradient } from '../src/formulas/gradient.ts'
import { element } from '../src/formulas/build.ts'
import { solve } from '../src/entry/solve.ts'
const all: number[] = []
const seeds = (process.argv[3] ?? '1').split(',').map(Number)
const extra = JSON.parse(process.argv[4] ?? '{}')
for (const name of process.argv[2].split(',')) {
  const eq = randomEquation(name, process.env.MOST ? { most: +process.env.MOST } : {})
  if (eq.dim > 4) { console.log(name, 'd', eq.dim); continue }
  const known = await parseEquation(`${eq.page}exact: ${JSON.stringify(eq.exact)}\n`, 'yaml')
  const ex = await readExpressions(known)
  const b = { t: 0, x: ex.x0 }
  const g = gradient(ex.exact!, ex.variables.x)
  const truth = Array.from({ length: eq.dim }, (_, i) => evaluate(gradient(element(g, i), ex.variables.x), b)[i])
  const tg = evaluate(g, b)
  const def = await parseEquation(eq.page, 'yaml')
  for (const seed of seeds) {
    const c0 = process.cpuUsage()
    try {
      const s: any = await solve(def, { workers: 1, seed, hessian: true, ...extra })
      const h = s.hessianDiagonal, e = s.hessianDiagonalStandardError
      const sc = truth.map((t, i) => e?.[i] ? (h[i] - t) / e[i] : NaN)
      all.push(...sc.filter((v) => !Number.isNaN(v)))
      const c = process.cpuUsage(c0)
      console.log(name, 'd', eq.dim, seed, s.status, 'v', ((s.value - evaluate(ex.exact!, b)[0]) / s.standardError).toFixed(1), 'g', s.gradientStandardError?.map((q: number, i: number) => ((s.gradient[i] - tg[i]) / q).toFixed(1)).join(' '), 'H', sc.map((v) => v.toFixed(1)).join(' '), e?.map((v: number) => `${(100 * v / Math.hypot(...truth) * Math.sqrt(eq.dim)).toFixed(2)}%`).join(' '), s.missingHessian ?? '', ((c.user + c.system) / 1e6).toFixed(0) + 's', s.elapsedMs.hessian?.toFixed(0))
    } catch (error) { console.log(name, seed, String(error).slice(0, 100)) }
  }
}
console.log(all.length, 'rms', Math.sqrt(all.reduce((s, v) => s + v * v, 0) / all.length).toFixed(2), 'max', Math.max(...all.map(Math.abs)).toFixed(1))
