/** The roofline as a picture: each phase's time over its floor, by dimension. */
import { drawLogPicture } from './log-picture.ts'
import type { BenchRow } from './suite.ts'

export function drawRoofline(rows: BenchRow[], folder: URL): void {
  const series = new Map<string, [number, number][]>()
  for (const { name, figures } of rows) {
    const found = name.match(/,d=(\d+),phase=(\w+)/)
    if (!found || !figures?.timesFloor) continue
    series.set(found[2], [...(series.get(found[2]) ?? []), [Number(found[1]), figures.timesFloor]])
  }
  const title = 'Time of each phase of an iteration over its floor, by dimension'
  drawLogPicture({ title, x: [0, 4], y: [0, 2], unit: '×', series }, 'roofline', folder)
}
