/** Paths of a policy as pictures: a page of its own, or one picture. */

import { LIGHT } from '../drawing/palette.ts'
import { loadPlotter, type Picture, stackPictures } from '../drawing/plotting.ts'
import { replaceFile } from '../files/replace.ts'
import type { Policy, Trajectories } from '../methods/policy/policy.ts'
import { trajectoryForm } from '../methods/policy/trajectories.ts'
import { formatWithError } from '../solution/format.ts'
import { html } from '../text/html.ts'
import { documentOf, pictureCard } from './page.ts'
import { costPicture, rulePictures, statePictures } from './pictures/control.ts'
import { phasePicture } from './pictures/phase.ts'
import { checkPlotPath, pictureAs } from './write.ts'

/** More components would be a page that nobody reads. */
const MOST_COMPONENTS = 8
const PART = { width: 860, height: 300 }

export interface SimulationOptions {
  /** Components of the state, from 0, whose phase plane is drawn; of two states both unless given. */
  phase?: readonly [number, number]
  /** What differs from the plant that the rule was trained for, in words. */
  note?: string
}

/** Writes what `simulate` found as a page. @throws UserError where the plotting libraries are missing, WriteError */
export async function writeSimulationPage(
  policy: Policy,
  trajectories: Trajectories,
  path: string,
  options: SimulationOptions = {},
): Promise<void> {
  const plotter = await loadPlotter()
  const { id, title } = policy.trained.problem
  const body = html`<main>
<header><p class="eyebrow"><code>${id}</code></p><h1>${title}</h1><p class="source">${summaryOf(policy, trajectories, options)}</p></header>
<section class="grid">
${picturesOf(policy, trajectories, options).map((picture) => pictureCard(picture, plotter))}
</section>
</main>`
  await replaceFile(path, documentOf(`${id}: paths of its rule`, body))
}

/** The same pictures in one, SVG or PNG by the file's ending. @throws UserError, WriteError as `writeSimulationPage` */
export async function writeSimulationPlot(
  policy: Policy,
  trajectories: Trajectories,
  path: string,
  options: SimulationOptions = {},
): Promise<void> {
  const ending = checkPlotPath(path)
  const plotter = await loadPlotter()
  const drawings = picturesOf(policy, trajectories, options).map((picture) =>
    picture.draw(plotter, PART, LIGHT),
  )
  const { id } = policy.trained.problem
  const title = `${id}: ${summaryOf(policy, trajectories, options)}`
  const svg = stackPictures(drawings, PART, title, LIGHT)
  await replaceFile(path, await pictureAs(ending, svg, PART.width))
}

/** `cost 1.234 ± 0.005 over 1000 paths of 50 steps` */
export function summaryOf(policy: Policy, trajectories: Trajectories, { note }: SimulationOptions): string {
  const { cost, paths } = trajectoryForm(policy, trajectories)
  const what = policy.trained.problem.sign > 0 ? 'cost' : 'gain'
  const shown = formatWithError([cost.mean], cost.standardError)
  const beside = note === undefined ? '' : `, ${note}`
  return `${what} ${shown.values[0]} ± ${shown.error}${shown.exponent} over ${paths} paths of ${trajectories.times.length - 1} steps${beside}`
}

function picturesOf(policy: Policy, trajectories: Trajectories, { phase }: SimulationOptions): Picture[] {
  const { dim } = policy.trained.problem
  const pair = phase ?? (dim === 2 ? ([0, 1] as const) : null)
  return [
    ...statePictures(policy, trajectories, MOST_COMPONENTS),
    ...rulePictures(policy, trajectories, MOST_COMPONENTS),
    ...(pair === null ? [] : [phasePicture(trajectories, dim, pair)]),
    costPicture(trajectories),
  ]
}
