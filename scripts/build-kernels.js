// Compiles src/kernels/assembly to dist/src/kernels/{simd,fma}.wasm, unless they were built from the same sources.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'src/kernels/assembly')
const target = join(root, 'dist/src/kernels')

const common = [
  ...['index.ts', '--baseDir', source],
  ...'--runtime stub -O3 --noAssert --converge --enable simd --enable threads'.split(' '),
  // One memory for all workers, made by JavaScript; its true maximum must not exceed the declared one.
  ...'--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'.split(' '),
]
const builds = [
  { name: 'simd', options: [] },
  { name: 'fma', options: ['--enable', 'relaxed-simd'] },
]

/** Of everything that decides the output: sources, options (this file) and the compiler's version. */
function fingerprint() {
  const hash = createHash('sha256')
  hash.update(readFileSync(fileURLToPath(import.meta.url)))
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')))
  for (const file of readdirSync(source).sort()) hash.update(file).update(readFileSync(join(source, file)))
  return hash.digest('hex')
}

const stamp = join(target, 'kernels.sha256')
const print = fingerprint()
const files = builds.map(({ name }) => join(target, `${name}.wasm`))
const isCurrent = files.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print

if (!isCurrent) {
  const { default: asc } = await import('assemblyscript/asc')
  mkdirSync(target, { recursive: true })
  for (const { name, options } of builds) {
    const outputs = ['--outFile', join(target, `${name}.wasm`)]
    if (process.argv.includes('--text')) outputs.push('--textFile', join(target, `${name}.wat`))
    const { error, stderr, stdout } = await asc.main([...common, ...options, ...outputs])
    process.stdout.write(stdout.toString())
    process.stderr.write(stderr.toString())
    if (error) {
      process.stderr.write(`build-kernels: ${name}.wasm failed: ${error.message}\n`)
      process.exit(1)
    }
  }
  writeFileSync(stamp, print)
}
