/** What is taken of mathjs: its parser, from the one file that the package is bundled to. */
declare module 'mathjs/lib/browser/math.js' {
  const library: { parse(text: string): import('./parse-tree.ts').ParseTree }
  export default library
}
