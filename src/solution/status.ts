/** How far a result is to be relied on. */

/**
 * - `converged`: the estimate and its error come from all the paths asked for, or reached the tolerance;
 * - `imprecise`: so they do, and the interval holds, but it is wider than was asked for; `reason` has the figures;
 * - `one-sided`: of a control problem: a rule was found and its cost is known, but how far it is from the best is not, beyond what `reason` says;
 * - `unconverged`: the result is not to be relied on; `reason` says how that shows, and what to do;
 * - `stopped`: the run was asked to stop; the estimate is from what was trained until then.
 */
export type Status = 'converged' | 'imprecise' | 'one-sided' | 'unconverged' | 'stopped'
