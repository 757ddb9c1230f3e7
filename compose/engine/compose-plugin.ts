import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { HarnessError } from '../../model/errors.ts'
import { aptError, aptGet, aptInstall, type Log } from './apt.ts'
import { type Distribution, readDistribution } from './distribution.ts'

/** Where Docker Compose v2 can come from on a distribution; undefined where we know no package of it. */
export type ComposeSource =
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'newer-debian'; readonly suite: string }

/**
 * Makes sure that `docker compose` is version 2 and answers with its version.
 *
 * @throws HarnessError `compose-missing` where it is neither there nor can be installed.
 */
export async function ensureCompose(options: {
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}): Promise<string> {
  const present = await readComposeVersion()
  if (present !== undefined) return present
  const distribution = await readDistribution()
  const source = distribution && composeSource(distribution)
  const isRoot = process.getuid?.() === 0
  if (!options.provision || source === undefined || (source.kind === 'package' && !isRoot)) {
    throw composeMissing(options.provision ? '' : ', and --no-provision forbids to install it')
  }
  if (source.kind === 'package') await aptInstall({ packages: [source.name], ...options })
  else await installFromSuite(source.suite, options)
  const version = await readComposeVersion()
  if (version === undefined) throw composeMissing(' although it was just installed')
  return version
}

/** Debian 12 packages only Compose v1; the binary of Debian 13 runs there. */
export function composeSource(distribution: Distribution): ComposeSource | undefined {
  if (distribution.id === 'ubuntu') return { kind: 'package', name: 'docker-compose-v2' }
  if (distribution.id !== 'debian') return undefined
  if (distribution.codename === 'bookworm') return { kind: 'newer-debian', suite: 'trixie' }
  return distribution.codename === 'bullseye' ? undefined : { kind: 'package', name: 'docker-compose' }
}

/** The version of `docker compose`, such as 2.26.1; undefined when it does not answer or is not version 2. */
export async function readComposeVersion(): Promise<string | undefined> {
  const result = await execa('docker', ['compose', 'version', '--short'], { reject: false, timeout: 30_000 })
  const version = result.failed ? '' : result.stdout.trim().replace(/^v/, '')
  return Number.parseInt(version, 10) >= 2 ? version : undefined
}

/** Takes one package of a newer Debian apart, without that release ever becoming a source of this machine. */
async function installFromSuite(
  suite: string,
  options: { readonly log: Log; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const plugins = join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'cli-plugins')
  options.log(`set-up: Docker Compose v2 is missing; taking it from Debian ${suite} into ${plugins}`)
  const folder = await mkdtemp(join(tmpdir(), 'whiteout-compose-'))
  try {
    await chmod(folder, 0o755) // apt drops its privileges to download
    await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
    const sources = join(folder, 'sources.list')
    await writeFile(sources, `deb ${await debianMirror()} ${suite} main\n`)
    const apart = [
      ...['-o', `Dir::Etc::SourceList=${sources}`, '-o', 'Dir::Etc::SourceParts=/dev/null'],
      ...['-o', `Dir::State::Lists=${join(folder, 'lists')}`, '-o', `Dir::Cache=${folder}`],
      ...['-o', 'APT::Get::List-Cleanup=0'],
    ]
    await runApt([...apart, 'update'], options.signal)
    await runApt([...apart, 'download', 'docker-compose'], options.signal, folder)
    const file = (await readdir(folder)).find(name => name.endsWith('.deb'))
    if (file === undefined) throw aptError('apt-get download docker-compose left no package', '')
    await execa('dpkg', ['-x', join(folder, file), join(folder, 'content')])
    await mkdir(plugins, { recursive: true })
    // Renamed into place, so that another run never finds half a binary.
    const partial = join(plugins, `.docker-compose-${process.pid}`)
    await copyFile(join(folder, 'content', 'usr/libexec/docker/cli-plugins/docker-compose'), partial)
    await chmod(partial, 0o755)
    await rename(partial, join(plugins, 'docker-compose'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runApt(args: readonly string[], signal?: AbortSignal, cwd?: string): Promise<void> {
  const result = await aptGet(args, signal, cwd)
  if (result.failed) throw aptError(`apt-get ${args.at(-1)} failed`, result.all)
}

/** The mirror this machine already uses for Debian, so that a local mirror or proxy keeps working. */
async function debianMirror(): Promise<string> {
  const result = await execa('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], {
    reject: false,
  })
  const uris = result.failed ? [] : result.stdout.split('\n')
  return uris.find(uri => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian'
}

function composeMissing(why: string): HarnessError {
  return new HarnessError({
    code: 'compose-missing',
    message: `Docker Compose v2 is needed and "docker compose version" does not answer${why}`,
    next: 'install the plugin: https://docs.docker.com/compose/install/linux/ (Ubuntu: apt-get install docker-compose-v2)',
    exitCode: 69,
  })
}
