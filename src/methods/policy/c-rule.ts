/** A rule as a function in C99 in single precision: no memory of its own but tables, no library but <math.h>. */
import { functions } from '../../formulas/functions.ts'
import type { ExportedNetwork, ExportedPolicy } from './exported.ts'
import type { Operand, Operation, ScalarFormula } from './scalar-formula.ts'

/** Of JavaScript's Math; what is not here has no name in C. */
const NAMES: Record<string, string> = {
  abs: 'fabsf',
  max: 'fmaxf',
  min: 'fminf',
  floor: 'floorf',
  sqrt: 'sqrtf',
  cbrt: 'cbrtf',
  exp: 'expf',
  expm1: 'expm1f',
  log: 'logf',
  log1p: 'log1pf',
  pow: 'powf',
  sin: 'sinf',
  cos: 'cosf',
  tan: 'tanf',
  asin: 'asinf',
  acos: 'acosf',
  atan: 'atanf',
  atan2: 'atan2f',
  sinh: 'sinhf',
  cosh: 'coshf',
  tanh: 'tanhf',
}
const ACTIVATIONS: Record<string, string> = {
  identity: 'h',
  relu: 'fmaxf(0.0f, h)',
  tanh: 'tanhf(h)',
  sigmoid: '1.0f / (1.0f + expf(-h))',
}
/** Of a step: t at its end, in single precision, belongs to the next. */
const SLACK = 1e-4

/** @returns null where the control set's formula has a function that <math.h> does not give */
export function cRule(policy: ExportedPolicy, map: ScalarFormula): string | null {
  const lines = map.operations.map((operation, k) => statement(operation, k))
  if (lines.includes(null)) return null
  const { problem, networks, horizon, steps, stateDimension: dim, controlDimension, isShared } = policy
  const [{ layers, linear }] = networks
  const [raw, inputs] = [linear.length, linear[0].length]
  const widest = Math.max(inputs, ...layers.map(({ bias }) => bias.length))
  const row = networks.map((network) => numbers(network))
  return `/* The trained rule of ${problem}: control(t, x, a) for 0 <= t <= ${horizon}, in ${steps} steps, reads x[${dim}] and writes a[${controlDimension}].
   Written by deepbsde. For each network: scale, shift, then of each layer the weights, an output's row after another, and the bias,
   then the linear part. */
#include <math.h>

#define STEPS ${steps}
static const float net[${networks.length}][${row[0].length}] = {
${row.map((values) => `  {${values.map(literal).join(', ')}},`).join('\n')}
};

/* to[m] = W from[k] + b (W and b at *p, which moves behind them); b only where it is there */
static void dense(const float **p, int m, int k, int bias, const float *from, float *to) {
  for (int j = 0; j < m; j++) {
    float sum = bias ? (*p)[m * k + j] : to[j];
    for (int i = 0; i < k; i++) sum += (*p)[j * k + i] * from[i];
    to[j] = sum;
  }
  *p += m * k + (bias ? m : 0);
}

static inline float act(float h) { return ${ACTIVATIONS[policy.activation]}; }

void control(float t, const float *x, float *a) {
  int n = (int)(t * ${literal(steps / horizon)} + ${literal(SLACK)});
  if (n > STEPS - 1) n = STEPS - 1;
  if (n < 0) n = 0;
  const float *p = net[${isShared ? 0 : 'n'}];
  float in[${inputs}], h[${widest}], next[${widest}];
  for (int i = 0; i < ${dim}; i++) in[i] = p[i] * x[i] + p[${dim} + i];
  p += ${2 * dim};
${isShared ? `  in[${dim}] = ${literal(Math.sqrt(12))} * ((n + 0.5f) / STEPS - 0.5f);\n` : ''}  for (int i = 0; i < ${inputs}; i++) h[i] = in[i];
${layers.map((layer, l) => layerLines(layer.bias.length, l === 0 ? inputs : layers[l - 1].bias.length, l < layers.length - 1, layer.isResidual)).join('\n')}
  dense(&p, ${raw}, ${inputs}, 0, in, h);
  const float *v = h;
  const float dt = ${literal(horizon / steps)};
  (void)dt; (void)v;
${lines.map((line) => `  ${line}`).join('\n')}
${map.values.map((value, k) => `  a[${k}] = ${operandCode(value)};`).join('\n')}
}
`
}

function layerLines(outputs: number, inputs: number, isActive: boolean, isResidual: boolean): string {
  const value = isActive ? 'act(next[j])' : 'next[j]'
  return `  dense(&p, ${outputs}, ${inputs}, 1, h, next);
  for (int j = 0; j < ${outputs}; j++) h[j] = ${isResidual ? `${value} + h[j]` : value};`
}

function numbers({ scale, shift, linear, layers }: ExportedNetwork): number[] {
  return [
    ...scale,
    ...shift,
    ...layers.flatMap(({ weights, bias }) => [...weights.flat(), ...bias]),
    ...linear.flat(),
  ]
}

/** One operation, or null where C has no name for it. */
function statement({ fn, args }: Operation, k: number): string | null {
  const names = args.map(operandCode)
  if (fn === 'sign') return `float s${k} = (float)((${names[0]} > 0) - (${names[0]} < 0));`
  if (functions[fn].helper !== undefined) return null
  const code = functions[fn]
    .code(...names)
    .replaceAll('!==', '!=')
    .replaceAll('===', '==')
  const missing = [...code.matchAll(/Math\.(\w+)/g)].some(([, name]) => !(name in NAMES))
  if (missing || code.includes('**')) return null
  return `float s${k} = ${code.replaceAll(/Math\.(\w+)/g, (_, name) => NAMES[name])};`
}

function operandCode(value: Operand): string {
  if ('number' in value) return literal(value.number)
  if ('step' in value) return `s${value.step}`
  return value.input === 't' || value.input === 'dt' ? value.input : `${value.input}[${value.at}]`
}

/** A float's literal, in parentheses where it has a sign. */
function literal(value: number): string {
  const text = Number(Math.fround(value).toPrecision(9)).toString()
  const written = `${/[.e]/.test(text) ? text : `${text}.0`}f`
  return value < 0 ? `(${written})` : written
}
