import { UserError } from '../errors/errors.ts'
import { ID_PATTERN, ID_RULE } from '../problem/page-names.ts'

/**
 * A commented page of a plant to start from: what `deepbsde new <name> --control` writes. It loads, compiles and solves as it is.
 *
 * @throws UserError where `name` cannot be an id
 */
export function controlTemplate(name: string): string {
  if (!ID_PATTERN.test(name)) {
    throw new UserError(
      `a page's name is ${ID_RULE}, got '${name.slice(0, 80)}'. Use 'deepbsde new my-plant --control'.`,
    )
  }
  return `# One control problem: choose a(t, x) so that
#
#     J = E[ ∫ ℓ(t, X, a) dt + g(X_T) ],   dX = b(t, X, a) dt + σ(t, X, a) dW,   X(0) = x0
#
# is least (goal: maximize turns that round).
#
#     deepbsde check ${name}.yaml                        what was understood, and whether it fits together
#     deepbsde solve ${name}.yaml --save ${name}.dbsde   the cost of the best rule found, and the rule
#     deepbsde simulate ${name}.dbsde                    paths under the rule
#     deepbsde export ${name}.dbsde --as js              the rule as a function of t and x

id: ${name}
title: An inverted pendulum, held upright against noise
source: own page

# Every number that you may want to change: --set torque=3. A formula may use each by its name.
# dim, the number of states, and horizon, the time that is looked at, are needed.
settings: { dim: 2, horizon: 1.5, gravity: 9.81, length: 1, damping: 0.1, noise: 0.1, torque: 8 }

# Named parts of formulas, in order; each may use those before it.
let:
  angle: "x[1]"
  speed: "x[2]"

# How many numbers the controller sets (as many as there are states unless it is said).
controlDim: 1

# Where the plant starts: a number, a list, or a formula of the component's index i.
x0: [0.3, 0]

# b(t, x, a): what the states change by in time, one formula a state.
drift: "[speed, gravity / length * sin(angle) - damping * speed + a[1]]"

# σ(t, x, a): a scalar, a vector (one noise for each state) or a matrix (dim rows, noiseDim columns).
diffusion: "[0, noise]"

# What the controller can do: { kind: free }, { kind: box, low, high }, { kind: simplex } (shares that add up to 1),
# { kind: budget, total } (shares of a total, the rest idle). Bounds may be formulas of t and x.
controlSet: { kind: box, low: "-torque", high: "torque" }

# ℓ(t, x, a): a cost in the unit of time. What is not paid for is used without limit: charge for the control too.
runningCost: "5 * angle^2 + 0.1 * speed^2 + 0.02 * a[1]^2"

# g(x): the cost of where the plant is in the end.
terminalCost: "5 * dot(x, x)"

# Formulas that should stay ≥ 0: counted on fresh paths, not enforced.
# constraints: ["1 - angle"]

# In discrete time, instead of drift and diffusion: what the next state is, with w standard normal, and how often a decision is made.
# transition: "x + dt * [speed, a[1]] + sqrt(dt) * noise * w"
# steps: 20

# A cost to compare with.
# reference: { value: 0.4, standardError: 0.001, source: "where it comes from" }
`
}
