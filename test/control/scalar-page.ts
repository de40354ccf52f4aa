/** A control problem of one state and one control that a test changes: noise in the control alone, |x|² at the end. */
import { type ControlDefinition, defineControlProblem } from '../../src/control/definition.ts'

export function page(change: Partial<ControlDefinition>): ControlDefinition {
  return defineControlProblem({
    id: 'scalar',
    title: 'A problem of a test',
    source: 'none',
    group: 'Test',
    settings: { dim: 1, horizon: 1 },
    x0: 1,
    drift: '0',
    diffusion: 'a',
    runningCost: '0',
    terminalCost: 'dot(x, x)',
    ...change,
  })
}
