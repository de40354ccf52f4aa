// Places come as indices of elements, as the views have them; each function takes them to bytes.
export { gemmNN, gemmTN, gemmNT } from './gemm'
export { biasActivation, activationBackward, columnSum, tanhIncrement } from './activations'
export { batchNorm, batchNormBackward } from './batch-norm'
export { adam, add, addSquares, blend } from './adam'
export { normals, philoxWords } from './normals'
export { scaleShift, affineStep, geometricStep } from './steps'
export { rowDot, rowCombine } from './rows'
export { addScaled, linearOutput, linearOutputBackward } from './diagonal'
