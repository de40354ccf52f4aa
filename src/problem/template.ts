import { UserError } from '../errors/errors.ts'
import { ID_PATTERN, ID_RULE } from './page-names.ts'

/** @throws UserError where `name` cannot be an id */
export function requireId(name: string): void {
  if (ID_PATTERN.test(name)) return
  throw new UserError(
    `a page's name is ${ID_RULE}, got '${name.slice(0, 80)}'. Use 'deepbsde new my-equation'.`,
  )
}

/**
 * A commented page to start from: what `deepbsde new <name>` writes. It loads, compiles and solves as it is.
 *
 * @throws UserError where `name` cannot be an id
 */
export function pageTemplate(name: string): string {
  requireId(name)
  return `# One equation:
#
#     ∂u/∂t + μ·∇u + ½ Tr(σσᵀ ∇²u) + f(t, x, u, σᵀ∇u) = 0,   u(T, x) = g(x)
#
# and the paths that belong to it: dX = μ dt + σ dW, X(0) = x0. Wanted is u(0, x0).
#
#     deepbsde check ${name}.yaml       what was understood, and whether it fits together
#     deepbsde solve ${name}.yaml       the value, its error bar and the gradient

id: ${name}
title: Allen–Cahn equation in ten dimensions
source: own page

# Every number that you may want to change: --set kappa=2. A formula may use each by its name.
# dim (d) and horizon (T) are needed; lists and matrices are allowed: weights: [1, 2, 3]
settings: { dim: 10, horizon: 0.3, kappa: 1 }

# Named parts of formulas, in order; each may use those before it.
let:
  distance: "dot(x, x)"

# Where the paths start: a number, a list, or a formula of the component's index i = 1…dim,
# such as "if(mod(i, 2) == 1, 1, 0.5)".
x0: 0

# μ(t, x): a scalar (the same for every component) or a vector, such as "0.05 * x".
drift: "0"

# σ(t, x): a scalar, a vector (one noise for each component) or a matrix (dim rows, noiseDim columns).
diffusion: "sqrt(2)"

# How the noises are correlated: a number for every pair, or a matrix.
# correlation: 0.3

# f(t, x, y, z): y stands for u and z for σᵀ∇u; gradU is ∇u itself.
driver: "kappa * (y - y^3)"

# g(x)
terminal: "1 / (2 + 0.4 * distance)"

# u(t, x), where you know it: 'deepbsde check' then shows at random points whether it solves the equation.
# exact: "exp(t - horizon) * dot(x, x)"

# A value of u(0, x0) to compare with.
# reference: { value: 0.4, standardError: 0.001, source: "where it comes from" }

# Language: + - * / ^, comparisons, and or not, if(c, a, b), abs sign sqrt exp log sin cos tanh erf normcdf max min …,
# sum prod mean max min dot norm of vectors, x[1], x[2:5], [a, b], elementwise operations on vectors.
`
}
