import { describe, expect, it } from 'vitest'
import { bind, ownRows, pointwise } from '../../src/formulas/bind.ts'
import { add, dot, mul, variable } from '../../src/formulas/build.ts'
import { generated } from '../../src/formulas/generated.ts'
import { viewsOf } from '../../src/memory/views.ts'

const [x, y] = [variable('x', [3]), variable('y')]
const twice = generated({ x: [3], y: [] }, { moved: mul(variable('dt'), x), size: add(dot(x, x), y) }, ['dt'])

describe('bind', () => {
  it('takes indices of elements: rows of float32 that are padded, columns of float64', () => {
    const views = viewsOf(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }))
    views.floats.set([1, 2, 3, 0, 4, 5, 6, 0], 16)
    views.doubles.set([0.5, 0.25], 20)
    bind(twice, views)(2, 0, { dt: 2, x: 16, y: 20, moved: 64, size: 40 })
    expect([...views.floats.subarray(64, 72)]).toEqual([2, 4, 6, 0, 8, 10, 12, 0])
    expect([...views.doubles.subarray(40, 42)]).toEqual([14.5, 77.25])
  })

  it('takes rows of arrays beside them', () => {
    const views = viewsOf(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }))
    const [moved, size] = [new Float64Array(6), new Float64Array(4)]
    const own = Float64Array.of(9, 1, 2, 3, 0.5)
    const at = { dt: 1, x: ownRows(own, 0, 1), y: ownRows(own, 0, 4), moved: ownRows(moved, 3) }
    bind(twice, views)(2, 0, { ...at, size: ownRows(size, 2, 1) })
    expect([...moved]).toEqual([1, 2, 3, 1, 2, 3])
    expect([...size]).toEqual([0, 14.5, 0, 14.5])
  })

  it('leaves null as it is', () => {
    expect(bind(null, viewsOf(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })))).toBeNull()
  })
})

describe('pointwise', () => {
  it('gives new arrays by name', () => {
    const size = pointwise(generated({ x: [3], y: [] }, { size: add(dot(x, x), y), half: mul(y, x) }))
    expect(size(0, { x: Float64Array.of(1, 2, 3), y: 0.5 })).toEqual({
      size: Float64Array.of(14.5),
      half: Float64Array.of(0.5, 1, 1.5),
    })
  })
})
