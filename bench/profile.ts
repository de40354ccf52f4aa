/** V8's sampling profiler, that of `--cpu-prof`, around some work on this thread. */
import { type Profiler, Session } from 'node:inspector/promises'

export const SAMPLE_US = 100

/** A function, and the file that it is from: none where it was generated. */
export interface Frame {
  functionName: string
  url: string
}

export async function profiled<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; tree: ProfileTree }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  const result = await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return { result, tree: new ProfileTree(profile) }
}

/** Samples of a profile by the call tree. */
export class ProfileTree {
  readonly #nodes: Map<number, Profiler.ProfileNode>
  readonly #root: Profiler.ProfileNode

  constructor({ nodes }: Profiler.Profile) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]))
    this.#root = nodes[0]
  }

  /** Samples in the outermost calls that fit, and in all that they call. */
  samplesUnder(fits: (frame: Frame) => boolean): number {
    const below = (node: Profiler.ProfileNode, isInside: boolean): number => {
      const counts = isInside || fits(node.callFrame)
      const own = counts ? (node.hitCount ?? 0) : 0
      return (node.children ?? []).reduce((sum, id) => sum + below(this.#nodes.get(id)!, counts), own)
    }
    return below(this.#root, false)
  }

  /** Samples by the innermost call on their stack that has a name, given that of the calls around it; those without any are left out. */
  samplesBy(nameOf: (frame: Frame, outer: string | null) => string | null): Map<string, number> {
    const samples = new Map<string, number>()
    const visit = (node: Profiler.ProfileNode, outer: string | null) => {
      const name = nameOf(node.callFrame, outer) ?? outer
      if (name !== null) samples.set(name, (samples.get(name) ?? 0) + (node.hitCount ?? 0))
      for (const id of node.children ?? []) visit(this.#nodes.get(id)!, name)
    }
    visit(this.#root, null)
    return samples
  }
}
