/** Random formulas with their values computed directly, as an oracle for everything between text and number. */
import fc from 'fast-check'
import type { Scope } from '../../src/formulas/scope.ts'

export const dimension = 5
export const scope: Scope = {
  place: 'test',
  variables: { t: [], y: [], x: [dimension], z: [dimension] },
  constants: {
    dim: dimension,
    k: 0.75,
    m: [0.5, -1, 0.25, 2, -0.125],
    M: Array.from({ length: 5 }, (_, i) =>
      Array.from({ length: 5 }, (_, j) => ((i * 7 + j * 3) % 5) / 4 - 0.43 + 0.01 * i * j),
    ),
  },
}

export interface Values {
  t: number
  y: number
  x: readonly number[]
  z: readonly number[]
}

export interface Formula {
  text: string
  value: (values: Values) => number[]
}

/** Evenly spread, unlike fc.double, which is evenly spread over representations and so nearly always tiny. */
export function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000_000 }).map((k) => min + ((max - min) * k) / 1_000_000)
}

const number = between(-2, 2).map((v) => Math.round(v * 64) / 64)

export const values: fc.Arbitrary<Values> = fc.record({
  t: between(0, 1),
  y: between(-2, 2),
  x: vectorOf(dimension),
  z: vectorOf(dimension),
})

function vectorOf(length: number) {
  return fc.array(between(-2, 2), { minLength: length, maxLength: length })
}

const unary: [string, (x: number) => number][] = [
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tanh', Math.tanh],
  ['atan', Math.atan],
  ['square', (x) => x * x],
  ['sigmoid', (x) => 1 / (1 + Math.exp(-x))],
  ['softplus', (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)],
]
const kinked: [string, (x: number) => number][] = [
  ['abs', Math.abs],
  ['relu', (x) => Math.max(x, 0)],
  ['-', (x) => -x],
]
const binary: [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
]

function broadcast(op: (...args: number[]) => number, ...args: number[][]): number[] {
  const length = Math.max(...args.map((arg) => arg.length))
  return Array.from({ length }, (_, k) => op(...args.map((arg) => (arg.length === 1 ? arg[0] : arg[k]))))
}

const matrix = scope.constants!.M as number[][]
const vector = scope.constants!.m as number[]

function sumOf(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function reductions(v: Formula): Formula[] {
  const of = (text: string, reduce: (values: number[]) => number): Formula => ({
    text: `${text}(${v.text})`,
    value: (b) => [reduce(v.value(b))],
  })
  return [
    of('sum', sumOf),
    of('mean', (values) => sumOf(values) / values.length),
    of('max', (values) => Math.max(...values)),
    of('min', (values) => Math.min(...values)),
    of('norm', (values) => Math.sqrt(sumOf(values.map((value) => value * value)))),
    of('prod', (values) => values.reduce((product, value) => product * value, 1)),
  ]
}

function elementwise(args: { one: Formula; two: Formula; three: Formula; four: Formula }): Formula[] {
  const { one, two, three, four } = args
  const call = (name: string, op: (x: number) => number): Formula => ({
    text: `${name}(${one.text})`,
    value: (b) => broadcast(op, one.value(b)),
  })
  return [
    ...unary.map(([name, op]) => call(name, op)),
    ...kinked.map(([name, op]) => call(name, op)),
    ...binary.map(
      ([name, op]): Formula => ({
        text: `(${one.text} ${name} ${two.text})`,
        value: (b) => broadcast(op, one.value(b), two.value(b)),
      }),
    ),
    {
      text: `${one.text} / (1 + (${two.text})^2)`,
      value: (b) => broadcast((a, c) => a / (1 + c * c), one.value(b), two.value(b)),
    },
    {
      text: `(2 + sin(${one.text}))^1.5`,
      value: (b) => broadcast((a) => (2 + Math.sin(a)) ** 1.5, one.value(b)),
    },
    { text: `max(${one.text}, ${two.text})`, value: (b) => broadcast(Math.max, one.value(b), two.value(b)) },
    {
      text: `if(${one.text} < ${two.text}, ${three.text}, ${four.text})`,
      value: (b) =>
        broadcast((p, q, r, s) => (p < q ? r : s), one.value(b), two.value(b), three.value(b), four.value(b)),
    },
    {
      text: `(${one.text} > 0 and not (${two.text} > 1) ? ${three.text} : ${four.text})`,
      value: (b) =>
        broadcast(
          (p, q, r, s) => (p > 0 && !(q > 1) ? r : s),
          one.value(b),
          two.value(b),
          three.value(b),
          four.value(b),
        ),
    },
  ]
}

const { scalar, vector: vectorFormula } = fc.letrec<{ scalar: Formula; vector: Formula; mixed: Formula }>(
  (tie) => ({
    mixed: fc.oneof({ depthSize: 'small' }, tie('scalar'), tie('vector')),
    scalar: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        number.map((v): Formula => ({ text: `(${v})`, value: () => [v] })),
        fc.constantFrom<Formula>(
          { text: 'y', value: ({ y }) => [y] },
          { text: 't', value: ({ t }) => [t] },
          { text: 'k', value: () => [0.75] },
          { text: 'pi', value: () => [Math.PI] },
          { text: 'x[2]', value: ({ x }) => [x[1]] },
          { text: 'z[end]', value: ({ z }) => [z[4]] },
        ),
      ),
      fc
        .record({ one: tie('scalar'), two: tie('scalar'), three: tie('scalar'), four: tie('scalar') })
        .chain((args) => fc.constantFrom(...elementwise(args))),
      tie('vector').chain((v) => fc.constantFrom(...reductions(v))),
      fc.tuple(tie('vector'), tie('vector')).map(
        ([a, b]): Formula => ({
          text: `dot(${a.text}, ${b.text})`,
          value: (values) => [sumOf(broadcast((p, q) => p * q, a.value(values), b.value(values)))],
        }),
      ),
      fc
        .record({ v: tie('vector'), k: fc.integer({ min: 1, max: dimension }) })
        .map(({ v, k }): Formula => ({ text: `(${v.text})[${k}]`, value: (b) => [v.value(b)[k - 1]] })),
      fc
        .tuple(
          tie('vector'),
          fc.constantFrom<[string, number[]]>(
            ['2:4', [1, 2, 3]],
            ['1:2:end', [0, 2, 4]],
            ['2:end', [1, 2, 3, 4]],
          ),
        )
        .map(
          ([v, [range, places]]): Formula => ({
            text: `sum(cos((${v.text})[${range}]))`,
            value: (b) => [sumOf(places.map((place) => Math.cos(v.value(b)[place])))],
          }),
        ),
    ),
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Formula>(
        { text: 'x', value: ({ x }) => [...x] },
        { text: 'z', value: ({ z }) => [...z] },
        { text: 'm', value: () => vector },
      ),
      fc
        .record({ one: tie('vector'), two: tie('mixed'), three: tie('mixed'), four: tie('vector') })
        .chain((args) => fc.constantFrom(...elementwise(args))),
      fc
        .record({ one: tie('vector'), two: tie('vector'), three: tie('vector'), four: tie('mixed') })
        .chain((args) => fc.constantFrom(...elementwise(args))),
      fc.tuple(fc.constantFrom('M', 'transpose(M)', 'diag(m)'), tie('vector')).map(
        ([name, v]): Formula => ({
          text: `(${name} * (${v.text}))`,
          value: (b) => {
            const values = v.value(b)
            if (name === 'diag(m)') return values.map((value, k) => value * vector[k])
            return values.map((_, i) =>
              sumOf(values.map((value, j) => (name === 'M' ? matrix[i][j] : matrix[j][i]) * value)),
            )
          },
        }),
      ),
      fc.tuple(tie('vector'), tie('scalar'), tie('vector')).map(
        ([a, b, c]): Formula => ({
          text: `concat((${a.text})[2:4], ${b.text}, (${c.text})[1:1])`,
          value: (v) => [...a.value(v).slice(1, 4), b.value(v)[0], c.value(v)[0]],
        }),
      ),
      fc.tuple(tie('scalar'), tie('scalar'), tie('scalar')).map(
        ([a, b, c]): Formula => ({
          text: `[${a.text}, ${b.text}, ${c.text}, 1, ${a.text}]`,
          value: (v) => [a.value(v)[0], b.value(v)[0], c.value(v)[0], 1, a.value(v)[0]],
        }),
      ),
    ),
  }),
)

export const scalarFormula: fc.Arbitrary<Formula> = scalar
export { vectorFormula }
