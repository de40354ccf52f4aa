/**
 * Code of a loop's reductions.
 *
 * A sum has an accumulator for each of the loop's lanes, against the latency of additions. A greatest element has one for all, and
 * its place with it: Math.max in four lanes took twice as long, most of that on mispredicted branches (docs/benchmarks.md, Formulas).
 */
import type { Expression, Reduce, ReduceOperation } from './expression.ts'

export interface Accumulator {
  /** What is reduced. */
  readonly of: Expression
  /** The statement before the loop. */
  start(lanes: number): string
  /** The statement for an element. */
  step(value: string, index: string, lane: number): string
  /** The statement after the loop; null where the result has its name already. */
  end(lanes: number): string | null
}

/** What the reductions of one loop need; the greatest element and its place are found together. */
export function accumulatorsOf(
  reductions: readonly Reduce[],
  nameOf: (node: Reduce) => string,
): Accumulator[] {
  return reductions.flatMap((node) => {
    const name = nameOf(node)
    const [of] = node.args
    const alike = (operation: ReduceOperation) =>
      reductions.find((other) => other.operation === operation && other.args[0] === of)
    if (node.operation === 'sum' || node.operation === 'prod') return total(of, name, node.operation)
    if (node.operation === 'max' || node.operation === 'min') {
      const place = alike(`arg${node.operation}`)
      return extreme(of, node.operation, name, place ? nameOf(place) : null)
    }
    const direction = node.operation === 'argmax' ? 'max' : 'min'
    return alike(direction) ? [] : extreme(of, direction, `${name}_0`, name)
  })
}

function total(of: Expression, name: string, operation: 'sum' | 'prod'): Accumulator {
  const [neutral, sign] = operation === 'sum' ? ['0', '+'] : ['1', '*']
  const parts = (lanes: number) => Array.from({ length: lanes }, (_, lane) => `${name}_${lane}`)
  return {
    of,
    start: (lanes) =>
      `let ${parts(lanes)
        .map((part) => `${part} = ${neutral}`)
        .join(', ')}`,
    step: (value, _index, lane) => `${name}_${lane} ${sign}= ${value}`,
    end: (lanes) => `const ${name} = ${parts(lanes).join(` ${sign} `)}`,
  }
}

/** Of equals the first, and the first NaN before all numbers. Places count from 1. */
function extreme(of: Expression, direction: 'max' | 'min', best: string, place: string | null): Accumulator {
  const [worst, isNoBetter] = direction === 'max' ? ['(-1 / 0)', '<='] : ['(1 / 0)', '>=']
  return {
    of,
    start: () => `let ${best} = ${worst}${place === null ? '' : `, ${place} = 1`}`,
    step: (value, index) => {
      const keep = place === null ? '' : `; ${place} = ${index} + 1`
      return `if (!(${value} ${isNoBetter} ${best}) && ${best} === ${best}) { ${best} = ${value}${keep} }`
    },
    end: () => null,
  }
}
