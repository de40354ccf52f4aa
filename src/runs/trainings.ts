/** Trainings over regions that runs of this process share: points of one equation that differ in nothing but x0. */

import { RegionTraining } from '../entry/region-training.ts'
import type { EngineOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import type { SettingValue } from '../problem/definition.ts'
import type { Solution } from '../solution/solution.ts'

/** Networks stay in memory for runs to come; those asked for longest ago go first. */
const MOST_KEPT = 16

export class Trainings {
  readonly #kept = new Map<string, Promise<RegionTraining | null>>()

  /**
   * The answer at the settings' x0, by a training over the region that is made where nobody has made it.
   * @param key of the training: of all that it depends on
   * @returns null where a signal ended it
   */
  async answer(
    key: string,
    page: Page,
    { x0, ...settings }: Readonly<Record<string, SettingValue>>,
    options: EngineOptions,
  ): Promise<Solution | null> {
    const startedAt = performance.now()
    const known = this.#kept.get(key)
    const training = await this.#keep(key, known ?? RegionTraining.over(page, { ...options, settings }))
    if (training === null) return null
    const trained = known === undefined ? performance.now() - startedAt : 0
    const solution = await training.at(pointOf(x0, training.dim), options)
    const { elapsedMs } = solution
    return { ...solution, elapsedMs: { ...elapsedMs, train: trained, total: trained + elapsedMs.total } }
  }

  /** One that came to nothing is tried again by who comes next. */
  #keep(key: string, training: Promise<RegionTraining | null>): Promise<RegionTraining | null> {
    this.#kept.delete(key)
    this.#kept.set(key, training)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest)
    const forget = () => {
      if (this.#kept.get(key) === training) this.#kept.delete(key)
    }
    training.then((found) => found ?? forget(), forget)
    return training
  }
}

/** One number stands for all components. */
export function pointOf(x0: SettingValue, dim: number): number[] {
  return typeof x0 === 'number' ? Array.from({ length: dim }, () => x0) : (x0 as number[])
}
