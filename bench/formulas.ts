/** What formulas cost: their share of a training iteration, and a user's page beside the built-in problem of the same formulas. */

import { stringify } from 'yaml'
import { chooseKernel } from '../src/kernels/loader.ts'
import { loadProblem } from '../src/page/catalog.ts'
import type { ProblemDefinition } from '../src/problem/definition.ts'
import { type LocalRun, solveLocally } from '../test/support/local-session.ts'
import { parseEquation } from '../test/support/pages.ts'
import { profiled } from './profile.ts'
import type { BenchRow } from './suite.ts'

const PROBLEMS = ['hjb-lq', 'allen-cahn', 'black-scholes-default-risk', 'black-scholes-different-rates']
/** Iterations that the machine warms up in, and those that are counted. */
const WARM_UP = 60
const COUNTED = 240
/** Runs of the page and of the built-in problem, in turns; the least disturbed of each is compared. */
const TURNS = 5
/** The generated function's name; see `generate.ts`. */
const GENERATED = 'batch'

export async function formulaSuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const id of PROBLEMS) {
    const builtIn = await loadProblem(id)
    rows.push(await shareRow(builtIn), await pageRow(builtIn))
  }
  return rows
}

/** Samples of the profiler within the training stage, on one thread. */
async function shareRow(problem: ProblemDefinition): Promise<BenchRow> {
  const { result: run, tree } = await profiled(() => train(problem))
  const training = tree.samplesUnder(({ functionName, url }) => functionName === 'train' && url !== '')
  const formulas = tree.samplesUnder(({ functionName, url }) => functionName === GENERATED && url === '')
  return {
    name: `formulas::${chooseKernel()}:problem=${problem.id},workers=1`,
    medianNs: medianLapNs(run),
    samples: training,
    figures: { share: formulas / training },
  }
}

/** The page as a person writes it, through YAML and its parser, in turns with the built-in problem. */
async function pageRow(builtIn: ProblemDefinition): Promise<BenchRow> {
  const { settings, let: named, x0, drift, diffusion, driver, terminal } = builtIn
  const text = stringify({ title: 'a page', settings, let: named, x0, drift, diffusion, driver, terminal })
  const page = await parseEquation(text, 'yaml')
  const [own, theirs]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < TURNS; turn++) {
    own.push(medianLapNs(await train(page)))
    theirs.push(medianLapNs(await train(builtIn)))
  }
  const medianNs = Math.min(...own)
  return {
    name: `page::${chooseKernel()}:problem=${builtIn.id},workers=1`,
    medianNs,
    samples: TURNS * COUNTED,
    figures: { timesBuiltIn: medianNs / Math.min(...theirs) },
  }
}

function train(problem: ProblemDefinition): Promise<LocalRun> {
  return solveLocally(problem, {
    kernel: chooseKernel(),
    schedule: 'constant',
    iterations: WARM_UP + COUNTED,
    steps: 20,
    paths: 256,
  })
}

function medianLapNs({ history }: LocalRun): number {
  const laps = history.elapsedMs
    .slice(WARM_UP)
    .map((elapsed, k) => elapsed - history.elapsedMs[WARM_UP + k - 1])
  laps.sort((a, b) => a - b)
  return 1e6 * laps[Math.floor(laps.length / 2)]
}
