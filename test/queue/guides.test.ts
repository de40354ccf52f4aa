/** The files of the guides: the manifest by Kubernetes' own schema, the scripts by their shell, the commands by ours. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { PersistentVolumeClaim, Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { workerCommand } from '../../src/cli/worker.ts'

const folder = fileURLToPath(new URL('../../examples/queue/', import.meta.url))
const MODELS = { Deployment, StatefulSet, PersistentVolumeClaim, Service }

interface Part {
  kind: keyof typeof MODELS
  metadata: { name: string }
  // biome-ignore lint/suspicious/noExplicitAny: of whatever kind
  spec: any
}

describe('the manifest for Kubernetes', () => {
  const text = readFileSync(join(folder, 'kubernetes.yaml'), 'utf8')
  const partsOf = (yaml: string) => parseAllDocuments(yaml).map((document) => document.toJS() as Part)
  // biome-ignore lint/suspicious/noExplicitAny: each model takes its own kind
  const validate = (part: Part) => new MODELS[part.kind](part as any).validate()
  const parts = partsOf(text)
  const named = (kind: string, name: string) =>
    parts.find((part) => part.kind === kind && part.metadata.name === name)!

  it('fits the schema of every kind in it', () => {
    expect(parts.map(({ kind }) => kind)).toEqual([
      'PersistentVolumeClaim',
      'StatefulSet',
      'Service',
      'Deployment',
    ])
    for (const part of parts) expect(() => validate(part), part.kind).not.toThrow()
    for (const [right, wrong] of [
      ['replicas: 4', 'replicas: four'],
      ['containerPort: 6379', 'containerPort: redis'],
      ['accessModes: [ReadWriteOnce]', 'accessModes: ReadWriteOnce'],
    ]) {
      expect(text).toContain(right)
      expect(() => partsOf(text.replace(right, wrong)).forEach(validate), wrong).toThrow()
    }
  })

  it('fits together', () => {
    const [server, service, worker] = [
      named('StatefulSet', 'deepbsde-queue'),
      named('Service', 'deepbsde-queue'),
      named('Deployment', 'deepbsde-worker'),
    ]
    for (const { spec } of [server, worker])
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels)
    expect(service.spec.selector).toEqual(server.spec.template.metadata.labels)
    const [container] = worker.spec.template.spec.containers
    expect(container.command).toEqual(['deepbsde', 'worker'])
    const flags: Record<string, unknown> = {}
    const command = workerCommand(() => {}).exitOverride()
    command.action((given) => Object.assign(flags, given)).parse(container.args, { from: 'user' })
    expect(flags).toEqual({ queue: 'redis://deepbsde-queue:6379', workers: 2, memory: 1500 })
    expect(container.env[0].name).toBe('DEEPBSDE_QUEUE_PASSWORD')
  })
})

describe('the scripts for Slurm', () => {
  /** A command of ours that says how it was called. */
  const bin = mkdtempSync(join(tmpdir(), 'slurm-'))
  writeFileSync(
    join(bin, 'deepbsde'),
    '#!/bin/sh\nprintf "%s\\n" "$@"\necho "password $DEEPBSDE_QUEUE_PASSWORD"\n',
  )
  chmodSync(join(bin, 'deepbsde'), 0o755)
  writeFileSync(join(bin, '.deepbsde-queue'), 'hidden\n')
  writeFileSync(join(bin, 'cases.csv'), 'a\n1\n2\n3\n4\n5\n')
  const run = (script: string, ...args: string[]) =>
    spawnSync('bash', [join(folder, script), ...args], {
      cwd: bin,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
        HOME: bin,
        SLURM_CPUS_PER_TASK: '4',
        SLURM_MEM_PER_NODE: '4096',
        SLURM_ARRAY_TASK_ID: '2',
        SLURM_ARRAY_TASK_COUNT: '2', // biome-ignore format: an environment
      },
    })

  it('start a worker that knows its cores, and its password from a file', () => {
    const { status, stdout, stderr } = run('slurm-workers.sh')
    expect(status, stderr).toBe(0)
    const words = stdout.trimEnd().split('\n')
    expect(words.at(-1)).toBe('password hidden')
    const flags: Record<string, unknown> = {}
    const command = workerCommand(() => {}).exitOverride()
    command.action((given) => Object.assign(flags, given)).parse(words.slice(1, -1), { from: 'user' })
    expect(flags).toEqual({ queue: 'redis://login-node:6379', workers: 4, memory: 4096, idle: 600_000 })
  })

  it('give each task its cases', () => {
    const { status, stdout, stderr } = run('slurm-array.sh', 'page.yaml', 'cases.csv')
    expect(status, stderr).toBe(0)
    expect(stdout).toContain(
      'sweep\npage.yaml\n--from\ncases-2.csv\n--out\npart-2.csv\n--workers\n4\n--quiet\n',
    )
    expect(readFileSync(join(bin, 'cases-2.csv'), 'utf8')).toBe('a\n1\n3\n5\n')
  })
})
