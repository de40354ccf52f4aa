/** Keys as papers and other programs call them, and what a page calls them; and what no page can say. */
import { suggestion } from './nearest.ts'

/** What a key is called here, where the page knows that name; `in` a setting stands under settings. */
const names: readonly [pattern: RegExp, key: string][] = [
  [/^(f|driver|generator|nonlinearity|reaction|source_?term)$/i, 'driver'],
  [/^(g|payoff|phi|terminal_?condition|terminal_?value|final\w*|initial\w*|terminal_?cost)$/i, 'terminal'],
  [/^(g|phi|final_?cost|terminal|terminal_?condition|payoff|end_?cost)$/i, 'terminalCost'],
  [/^(f|l|cost|costs|running|running_?cost|stage_?cost|driver|objective|reward)$/i, 'runningCost'],
  [/^(mu|b)$/i, 'drift'],
  [/^(sigma|vol|volatility|noise)$/i, 'diffusion'],
  [/^(x_?0|s_?0|start|spot|initial_?state|initial_?value)$/i, 'x0'],
  [/^(rho|corr|correlations?)$/i, 'correlation'],
  [/^(params?|parameters?|constants|consts?|values)$/i, 'settings'],
  [/^(solution|analytic\w*|exact_?solution|u)$/i, 'exact'],
  [/^(name|label)$/i, 'id, or title for people'],
  [/^(controls?|actions?|bounds|control_?bounds|admissible|limits)$/i, 'controlSet'],
  [/^(f|dynamics|next|step|transitions?)$/i, 'transition'],
  [/^(dim_?a|control_?dim\w*|action_?dim)$/i, 'controlDim'],
  [/^(sense|direction|optimi[sz]e)$/i, 'goal'],
]

/** Numbers that stand under settings. */
const settings: readonly [pattern: RegExp, name: string][] = [
  [/^(t|horizon|maturity|expiry)$/i, 'horizon: 1'],
  [/^(d|n|dim|dims|dimension|ndim)$/i, 'dim: 10'],
]

/** What is not there, and what is in its place. */
const absent: readonly [pattern: RegExp, sentence: string][] = [
  [
    /^(bound|domain|absorb|reflect|kill|periodic|barrier|exit_?time|dirichlet|neumann)/i,
    'Boundaries (absorbing, reflecting, periodic) are not there: equations are solved on all of space.',
  ],
  [/^(jump|levy|poisson|intensity|compensat)/i, 'Jumps are not there: x moves by drift and diffusion.'],
  [
    /^(hess|gamma|laplac|second|d2|fully)/i,
    'Other terms of ∇²u than ½ Tr(σσᵀ∇²u) are not there: diffusion is σ(t, x), and the driver knows t, x, y, z and gradU.',
  ],
  [
    /^(coupl|forward_?backward|fbsde)/i,
    'Coupling is not there: drift and diffusion know t and x, and only the driver knows y, z and gradU.',
  ],
  [/^(mean_?field|law|mckean|measure)/i, 'Mean fields are not there: coefficients know t and x of one path.'],
  [/^(eigen)/i, 'Eigenvalues are not there: values at time 0 of equations with a horizon are.'],
  [/^(system|components|equations)$/i, 'Systems are not there: u is one number at each point.'],
]

const COSTS =
  'Costs are terminal where they fall due at the end; a control problem has runningCost and terminalCost.'
const STOPPING =
  "A right to stop is there: write stopping: { payoff: 'max(1 - x[1], 0)', dates: 50 }, dates: any for any time."

const STOPPED_CONTROL =
  'A right to stop beside a control is not there: no method solves both. Leave out stopping, or the costs and write driver.'
const CONTROL =
  'A control problem is a page of its own: a in drift, runningCost and terminalCost; no driver, and no right to stop.'

const DISCOUNT: readonly [having: string, sentence: string][] = [
  ['driver', 'A discount is a part of the driver, as - rate * y.'],
  ['runningCost', 'A discount is a factor of both costs, as exp(-rate * t).'],
]

/**
 * What is said of a key that no page has: its name here, what is there in its place, or the nearest one; with a blank before it.
 * @param value what stands behind it
 */
export function keyAdvice(key: string, known: readonly string[], value?: unknown): string {
  const own = namedAdvice(key, known)
  const isNumeric = typeof value === 'number' || (Array.isArray(value) && value.flat().every(Number.isFinite))
  if (own !== '') return own
  const numbers = isNumeric && known.includes('settings')
  return `${suggestion(key, known)}${numbers ? ' Numbers that formulas name stand under settings.' : ''}`
}

/** '' where nothing is known of such a key. */
function namedAdvice(key: string, known: readonly string[]): string {
  if (
    /^(stop|exercise$|exercise_?dates|american|bermudan|obstacle|early)/i.test(key) &&
    known.includes('stopping')
  )
    return ` ${STOPPING}`
  if (key === 'stopping' && known.includes('runningCost')) return ` ${STOPPED_CONTROL}`
  if (/^controls?$/i.test(key) && known.includes('driver')) return ` ${CONTROL}`
  if (/^(costs?|objective|reward)$/i.test(key) && known.includes('terminal')) return ` ${COSTS}`
  if (
    /^(umin|umax|u_?(low|high|bounds)|a_?(min|max)|bounds|limits|low|high)$/i.test(key) &&
    known.includes('controlSet')
  )
    return ' Write controlSet: { kind: box, low, high }.'
  const discount = DISCOUNT.find(([having]) => known.includes(having))
  if (/^(discount\w*|rate|interest\w*)$/i.test(key) && discount !== undefined)
    return ` ${discount[1]} Its number stands under settings.`
  if (
    /^(steps|paths|seed|iterations|batch_?size|learning_?rate|workers|tolerance|method)$/i.test(key) &&
    known.includes('driver')
  )
    return ` It is an option of a run: solve --${key.replaceAll('_', '-')}.`
  if (/^(equation|pde|formula|problem)$/i.test(key) && known.includes('driver'))
    return ' An equation is written by its parts: drift, diffusion, driver and terminal.'
  const missing = absent.find(([pattern]) => pattern.test(key))
  if (missing !== undefined) return ` ${missing[1]}`
  const setting = settings.find(([pattern]) => pattern.test(key))
  if (setting !== undefined && known.includes('settings'))
    return ` Write it under settings, as { ${setting[1]} }.`
  const found = names.find(([pattern, name]) => pattern.test(key) && known.includes(name.split(/\W/)[0]))
  return found === undefined ? '' : ` Write ${found[1]}.`
}

/** What is said of a setting that every page has and this one has not; '' where nothing is near. */
export function settingAdvice(missing: 'dim' | 'horizon', given: readonly string[]): string {
  const pattern = settings.find(([, name]) => name.startsWith(missing))![0]
  const other = given.find((name) => pattern.test(name))
  return other === undefined ? '' : ` The page calls it ${other}: write ${missing}.`
}
