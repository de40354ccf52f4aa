/**
 * The part of ONNX's file format that a rule needs, written by hand: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 in
 * the encoding of https://protobuf.dev/programming-guides/encoding. Numbers in the calls below are field numbers of those messages.
 */

/** Of the encoding: a number, or bytes with their length before them. */
const WIRE = { varint: 0, bytes: 2 } as const
const TYPES = { float: 1, int64: 7, double: 11 } as const
const ATTRIBUTE = { int: 2, ints: 7 } as const
const IR_VERSION = 8
const OPERATOR_SET = 17

type Bytes = Uint8Array

export interface OnnxNode {
  op: string
  inputs: string[]
  output: string
  attributes?: Record<string, number | number[]>
}

export interface OnnxTensor {
  name: string
  shape: number[]
  values: Float32Array | Float64Array | BigInt64Array
}

/** An input or output; a dimension that is a name may be any. */
export interface OnnxValue {
  name: string
  type: keyof typeof TYPES
  shape: (number | string)[]
}

export interface OnnxGraph {
  name: string
  /** What it is, in words. */
  description: string
  nodes: OnnxNode[]
  constants: OnnxTensor[]
  inputs: OnnxValue[]
  outputs: OnnxValue[]
}

/** The bytes of a model file. */
export function onnxModel(graph: OnnxGraph): Bytes {
  return join([
    number(1, IR_VERSION),
    text(2, 'deepbsde'),
    text(6, graph.description),
    field(7, graphBytes(graph)),
    field(8, number(2, OPERATOR_SET)),
  ])
}

function graphBytes({ name, nodes, constants, inputs, outputs }: OnnxGraph): Bytes {
  return join([
    ...nodes.map((node, k) => field(1, nodeBytes(node, `${node.op}_${k}`))),
    text(2, name),
    ...constants.map((tensor) => field(5, tensorBytes(tensor))),
    ...inputs.map((value) => field(11, valueBytes(value))),
    ...outputs.map((value) => field(12, valueBytes(value))),
  ])
}

function nodeBytes({ op, inputs, output, attributes = {} }: OnnxNode, name: string): Bytes {
  return join([
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, value]) => field(5, attributeBytes(key, value))),
  ])
}

function attributeBytes(name: string, value: number | number[]): Bytes {
  const isList = Array.isArray(value)
  const entries = isList ? value.map((entry) => number(8, entry)) : [number(3, value)]
  return join([text(1, name), ...entries, number(20, isList ? ATTRIBUTE.ints : ATTRIBUTE.int)])
}

function tensorBytes({ name, shape, values }: OnnxTensor): Bytes {
  const type = values instanceof Float32Array ? 'float' : values instanceof Float64Array ? 'double' : 'int64'
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return join([...shape.map((size) => number(1, size)), number(2, TYPES[type]), text(8, name), field(9, raw)])
}

function valueBytes({ name, type, shape }: OnnxValue): Bytes {
  const sizes = shape.map((size) => field(1, typeof size === 'number' ? number(1, size) : text(2, size)))
  return join([text(1, name), field(2, field(1, join([number(1, TYPES[type]), field(2, join(sizes))])))])
}

function text(id: number, value: string): Bytes {
  return field(id, new TextEncoder().encode(value))
}

function field(id: number, value: Bytes): Bytes {
  return join([varint(8 * id + WIRE.bytes), varint(value.length), value])
}

/** @param value an integer ≥ 0 */
function number(id: number, value: number): Bytes {
  return join([varint(8 * id + WIRE.varint), varint(value)])
}

function varint(value: number): Bytes {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.from([...bytes, value])
}

function join(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
