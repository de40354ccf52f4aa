/** A trained policy in a file of our form: description in JSON, then parameters, scale and shift as they lay in memory. */
import { readStateFile, writeStateFile } from '../../checkpoint/file.ts'
import type { CompiledControl, MatrixConstant } from '../../control/compiled.ts'
import type { PolicyOptions } from '../../control/options.ts'
import { UserError } from '../../errors/errors.ts'
import { padded } from '../../kernels/interface.ts'
import { layoutNetwork } from '../../networks/layout.ts'
import { packageVersion } from '../../solution/version.ts'
import { Policy } from './policy.ts'
import type { TrainedPolicy } from './trained-policy.ts'

interface PolicyDescription {
  kind: 'policy'
  version: string
  problem: Omit<CompiledControl, 'x0' | 'matrices'> & {
    x0: number[]
    matrices: (Omit<MatrixConstant, 'values'> & { values: number[] })[]
  }
  options: PolicyOptions
}

/** Writes the policy so that the file is whole or not there. @throws WriteError */
export async function savePolicy(path: string, trained: TrainedPolicy): Promise<void> {
  const { problem, options, parameters, scale, shift } = trained
  const description: PolicyDescription = {
    kind: 'policy',
    version: packageVersion(),
    problem: {
      ...problem,
      x0: [...problem.x0],
      matrices: problem.matrices.map(({ from, to, values }) => ({ from, to, values: [...values] })),
    },
    options,
  }
  const bytes = [parameters, scale, shift].map(
    (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  )
  await writeStateFile(path, description, bytes)
}

/**
 * A saved policy, ready to run. The file holds generated code: run only policies whose source you trust.
 * @throws UserError for a file that cannot be read, is not whole, or holds no policy
 */
export async function loadPolicy(path: string): Promise<Policy> {
  const { description, arrays } = await readStateFile(path)
  const { kind, problem, options } = description as Partial<PolicyDescription>
  if (kind !== 'policy' || problem === undefined || options === undefined) {
    throw new UserError(`${path}: this file holds no policy. Give one written by 'deepbsde solve … --save'.`)
  }
  const inputs = options.isShared ? problem.dim + 1 : problem.dim
  const { parameters } = layoutNetwork(options.network, inputs, problem.rawDim, 1)
  const sizes = [
    (options.isShared ? 1 : options.steps) * parameters,
    ...[0, 0].map(() => (options.steps + 1) * padded(problem.dim)),
  ]
  const bytes = Uint8Array.from(arrays.subarray(0, arrays.length - (arrays.length % 4)))
  const floats = new Float32Array(bytes.buffer)
  if (floats.length !== sizes.reduce((sum, size) => sum + size, 0)) {
    throw new UserError(
      `${path}: the policy's arrays have another length than it says. Train and save it again.`,
    )
  }
  const from = (k: number) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0)
  const [own, scale, shift] = sizes.map((size, k) => floats.slice(from(k), from(k) + size))
  return Policy.open({
    problem: {
      ...problem,
      x0: Float64Array.from(problem.x0),
      matrices: problem.matrices.map((matrix) => ({ ...matrix, values: Float64Array.from(matrix.values) })),
    },
    options,
    parameters: own,
    scale,
    shift,
  })
}
