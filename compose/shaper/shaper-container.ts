import type Docker from 'dockerode'
import { cgroups } from '../../model/shaper.ts'
import { explainEngineError, statusOf } from '../engine/engine-error.ts'
import { composeLabels, labels } from '../engine/labels.ts'
import { shaperCommand } from '../images/images.ts'
import { shaperPrivileges } from '../project/project.ts'

/** A shaper of its own for containers that somebody else started; disposing lets it heal everything and removes it. */
export interface ShaperContainer extends AsyncDisposable {
  readonly container: Docker.Container
}

/** Long enough to heal hundreds of namespaces. */
const healSeconds = 20

/**
 * Starts one. It is on no network: it reaches others through their namespaces.
 * @param options.directory of the run, which tells others whose it is
 */
export async function startShaper(options: {
  readonly docker: Docker
  readonly image: string
  readonly run: string
  readonly directory: string
}): Promise<ShaperContainer> {
  const { docker, image, run, directory } = options
  try {
    const container = await docker.createContainer({
      name: `whiteout-shaper-${run}`,
      Image: image,
      Cmd: [...shaperCommand],
      Labels: {
        [labels.run]: run,
        [labels.role]: 'shaper',
        [composeLabels.workingDirectory]: directory,
      },
      HostConfig: {
        NetworkMode: 'none',
        Binds: [`${cgroups.source}:${cgroups.path}`],
        // The client's types do not know it yet.
        ...({ CgroupnsMode: shaperPrivileges.cgroup } as object),
        PidMode: shaperPrivileges.pid,
        CapDrop: ['ALL'],
        CapAdd: [...shaperPrivileges.cap_add],
        SecurityOpt: [...shaperPrivileges.security_opt],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      },
    })
    await container.start()
    return { container, [Symbol.asyncDispose]: () => stopShaper(container) }
  } catch (error) {
    throw explainEngineError(error, 'starting the shaper')
  }
}

/** Stops a shaper in order, which heals what it holds, and removes it; one that is gone is fine. */
export async function stopShaper(container: Docker.Container): Promise<void> {
  const absentIsFine = (error: unknown) => {
    if (![304, 404, 409].includes(statusOf(error) ?? 0))
      throw explainEngineError(error, 'stopping the shaper')
  }
  await container.stop({ t: healSeconds }).catch(absentIsFine)
  await container.remove({ force: true }).catch(absentIsFine)
}
