/** A right to stop: both limits, the rule asked in two states, and what it does on new paths. */
import { solve } from 'deepbsde'

const { stopping, rule } = await solve('max-call', { settings: { dim: 2 }, batchSize: 2048, paths: 4096 })
if (!stopping || !rule) throw new Error('the run was stopped')
console.log(`between ${stopping.lower?.value.toFixed(2)} and ${stopping.upper?.value.toFixed(2)}`)

// One asset far ahead: stop. Both alike: their greatest is worth waiting for.
console.log(`stop at (180, 60): ${rule.stop(1, [180, 60])}, at (150, 150): ${rule.stop(1, [150, 150])}`)

const { worth, paths } = rule.simulate(10_000, 7)
console.log(`paid ${(worth.reduce((sum, each) => sum + each, 0) / paths).toFixed(1)} on average`)
