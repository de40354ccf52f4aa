/** A run as a page to look at and to hand on, and its convergence as a picture. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { solve, writePlot, writeReport } from 'deepbsde'

// `samples` keeps the paths that the report draws.
const solution = await solve('burgers-type', {
  settings: { dim: 5 },
  iterations: 50,
  paths: 2000,
  samples: true,
})

const folder = await mkdtemp(join(tmpdir(), 'deepbsde-'))
await writeReport(solution, join(folder, 'report.html'))
await writePlot(solution, join(folder, 'convergence.svg'))
console.log(`written to ${folder}`)
