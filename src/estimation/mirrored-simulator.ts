/** The other path of an antithetic pair. */
import { Simulator } from '../paths/simulator.ts'

/** Draws −ΔW. */
export class MirroredSimulator extends Simulator {
  override increments(
    w: number,
    rows: number,
    n: number,
    deviation: number,
    stream: number,
    iteration: number,
    firstPath: number,
  ): void {
    super.increments(w, rows, n, -deviation, stream, iteration, firstPath)
  }
}
