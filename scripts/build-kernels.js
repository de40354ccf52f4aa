// Compiles src/kernels/assembly to dist/src/kernels/{simd,fma}.wasm, unless they were built from the same sources.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { registerBlocks } from './register-blocks.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'src/kernels/assembly')
const target = join(root, 'dist/src/kernels')

const common = [
  ...['index.ts', '--baseDir', source],
  ...'--runtime stub -O3 --noAssert --converge --enable simd --enable threads'.split(' '),
  // One memory for all workers, made by JavaScript; its true maximum must not exceed the declared one.
  ...'--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'.split(' '),
]
const fused = ['--enable', 'relaxed-simd']
/** `wide` is `fma` for a V8 that makes one register of 256 bits of two: the same bits. */
const builds = [
  { name: 'simd', options: [], widest: 8 },
  { name: 'fma', options: fused, widest: 8 },
  { name: 'wide', options: fused, widest: 16 },
]

/** Of everything that decides the output: sources, options (these files) and the compiler's version. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const file of ['build-kernels.js', 'register-blocks.js'])
    hash.update(readFileSync(join(root, 'scripts', file)))
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
  for (const { name, options, widest } of builds) {
    const readFile = (file, folder) => {
      if (file === 'register-blocks.ts') return registerBlocks(widest)
      const path = join(folder, file)
      return existsSync(path) ? readFileSync(path, 'utf8') : null
    }
    const outputs = ['--outFile', join(target, `${name}.wasm`)]
    if (process.argv.includes('--text')) outputs.push('--textFile', join(target, `${name}.wat`))
    const { error, stderr, stdout } = await asc.main([...common, ...options, ...outputs], { readFile })
    process.stdout.write(stdout.toString())
    process.stderr.write(stderr.toString())
    if (error) {
      process.stderr.write(`build-kernels: ${name}.wasm failed: ${error.message}\n`)
      process.exit(1)
    }
  }
  writeFileSync(stamp, print)
}
