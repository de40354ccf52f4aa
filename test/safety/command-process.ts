/** Runs the command line many times in one process, with words in any order; prints what each run ended in. */
import { seededRandom } from '../../src/problem/sample.ts'
import { manyRuns } from './many-runs.ts'

const [count, seed, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const random = seededRandom(seed)
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]
const commands = [
  'solve',
  'resume',
  'evaluate',
  'list',
  'new',
  'check',
  'compare',
  'study',
  'sweep',
  'simulate',
  'completion',
]
const flags = [
  ...[
    '--set',
    '--at',
    '--region',
    '--preset',
    '--method',
    '--second-opinion',
    '--both',
    '--steps',
    '--batch-size',
  ],
  ...[
    '--iterations',
    '--learning-rate',
    '--schedule',
    '--network',
    '--hidden',
    '--activation',
    '--batch-norm',
  ],
  ...[
    '--scheme',
    '--paths',
    '--tolerance',
    '--bounds',
    '--confidence',
    '--levels',
    '--base',
    '--seed',
    '--seeds',
  ],
  ...[
    '--kernel',
    '--memory',
    '--checkpoint',
    '--every',
    '--save',
    '--retries',
    '--json',
    '--history',
    '--log',
  ],
  ...[
    '--report',
    '--plot',
    '--no-plot',
    '-q',
    '--debug',
    '--help',
    '--version',
    '--format',
    '--out',
    '--svg',
    '--x0',
  ],
  ...[
    '--time',
    '--quantiles',
    '--force',
    '--latex',
    '--values',
    '--dims',
    '--',
    '-',
    '---',
    '-x',
    '--=',
    '--set=',
  ],
]
const words = [
  ...[
    'heat',
    'hjb-lq',
    'lqr',
    'nothing',
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    '0x10',
    '1,2',
    '[1,2]',
    'dim=3',
    'dim=',
  ],
  ...[
    '=',
    'x0=[1]',
    '__proto__=1',
    'constructor',
    'box:0..1',
    'box:',
    'normal:0,1',
    '../..',
    '/',
    '/dev/null',
  ],
  ...[
    '/proc/self/mem',
    '.',
    'a\u0000b',
    '\u001b[2J',
    '\u202e',
    '💣',
    'a'.repeat(5000),
    '%s',
    '*',
    '~',
    '$HOME',
    '30s',
  ],
  ...[
    'text',
    'json',
    'bash',
    'dimension',
    'fma',
    'policy',
    'published',
    'cosine',
    '{}',
    '"',
    "'",
    '\n',
    ';',
    '--',
  ],
]
const tiny = ['--iterations', '2', '--batch-size', '4', '--paths', '16', '--steps', '2', '--workers', '1']
process.chdir(folder)
await manyRuns(count, () => {
  const length = Math.floor(random() * 6)
  const rest = Array.from({ length }, () => (random() < 0.5 ? pick(flags) : pick(words)))
  const command = random() < 0.95 ? pick(commands) : pick(words)
  const args = [command, ...(random() < 0.5 ? [pick(words)] : []), ...rest]
  // What is right by chance is small; a study or a region would still take seconds.
  if (command === 'solve' || command === 'sweep') args.push(...tiny)
  if (command === 'study') args.push('--values', 'x')
  // A trial is a run of seconds whatever the line says; damaged pages have theirs.
  if (command === 'check') args.push('--no-trial')
  return { args }
})
