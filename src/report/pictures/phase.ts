/** Two components of the state against each other: where paths go, and where they come to rest. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import type { Trajectories } from '../../methods/policy/policy.ts'
import { componentName } from '../../solution/format.ts'

/** Paths that are drawn: more would hide each other. */
const SHOWN_PATHS = 40

/** @param pair the components, from 0 */
export function phasePicture(
  { times, state, paths }: Trajectories,
  dim: number,
  pair: readonly [number, number],
): Picture {
  const [first, second] = pair.map(componentName)
  const count = Math.min(paths, SHOWN_PATHS)
  const at = (path: number, n: number) => {
    const row = (path * times.length + n) * dim
    return { path, x: state[row + pair[0]], y: state[row + pair[1]] }
  }
  const whole = Array.from({ length: count }, (_, path) => times.map((_, n) => at(path, n))).flat()
  const ends = (n: number) => Array.from({ length: count }, (_, path) => at(path, n))
  return {
    id: `phase-${pair[0] + 1}-${pair[1] + 1}`,
    title: `${second} against ${first}`,
    caption: `${count} of the paths in the plane of these states, from where they start (hollow) to where they end (full).`,
    aspect: () => 0.75,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        x: { label: first, ticks: size.width < 500 ? 4 : 8, nice: true },
        y: { label: second, ticks: 6, nice: true },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 6 }),
          plot.gridX({ stroke: palette.grid, strokeOpacity: 1, ticks: size.width < 500 ? 4 : 8 }),
          plot.line(whole, {
            x: 'x',
            y: 'y',
            z: 'path',
            stroke: palette.third,
            strokeWidth: 1,
            strokeOpacity: 0.45,
          }),
          plot.dot(ends(0), { x: 'x', y: 'y', r: 3.5, stroke: palette.ink, fill: palette.background }),
          plot.dot(ends(times.length - 1), { x: 'x', y: 'y', r: 3, fill: palette.accent }),
        ],
      })
    },
  }
}
