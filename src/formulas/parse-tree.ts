/** The part of mathjs's parse tree that the whitelist looks at. Names are mathjs's own. */
export type ParseTree =
  | ConstantNode
  | SymbolNode
  | ParenthesisNode
  | OperatorNode
  | RelationalNode
  | ConditionalNode
  | FunctionNode
  | ArrayNode
  | AccessorNode
  | RangeNode
  | OtherNode

export interface ConstantNode {
  readonly type: 'ConstantNode'
  /** A number; or text, a boolean, null or undefined. */
  readonly value: unknown
}
export interface SymbolNode {
  readonly type: 'SymbolNode'
  readonly name: string
}
export interface ParenthesisNode {
  readonly type: 'ParenthesisNode'
  readonly content: ParseTree
}
export interface OperatorNode {
  readonly type: 'OperatorNode'
  readonly op: string
  readonly fn: string
  readonly implicit: boolean
  readonly isPercentage: boolean
  readonly args: readonly ParseTree[]
}
export interface RelationalNode {
  readonly type: 'RelationalNode'
  readonly conditionals: readonly string[]
  readonly params: readonly ParseTree[]
}
export interface ConditionalNode {
  readonly type: 'ConditionalNode'
  readonly condition: ParseTree
  readonly trueExpr: ParseTree
  readonly falseExpr: ParseTree
}
export interface FunctionNode {
  readonly type: 'FunctionNode'
  readonly fn: ParseTree
  readonly args: readonly ParseTree[]
}
export interface ArrayNode {
  readonly type: 'ArrayNode'
  readonly items: readonly ParseTree[]
}
export interface AccessorNode {
  readonly type: 'AccessorNode'
  readonly object: ParseTree
  readonly index: { readonly dimensions: readonly ParseTree[]; readonly dotNotation: boolean }
}
export interface RangeNode {
  readonly type: 'RangeNode'
  readonly start: ParseTree
  readonly end: ParseTree
  readonly step: ParseTree | null
}
/** What no formula holds. */
export interface OtherNode {
  readonly type: 'AssignmentNode' | 'BlockNode' | 'FunctionAssignmentNode' | 'IndexNode' | 'ObjectNode'
}
