import type Docker from 'dockerode'
import { HarnessError } from '../../model/errors.ts'
import { explainEngineError, statusOf } from '../engine/engine-error.ts'
import { labels } from '../engine/labels.ts'
import { retrying } from '../engine/retry.ts'
import {
  attachments,
  type CreateContext,
  containerName,
  containerOptions,
  endpoint,
  resourceName,
} from './container-options.ts'

type OnRetry = (error: unknown) => void

/**
 * Makes a service's container and joins it to its networks.
 * @throws HarnessError with the engine's reason
 */
export async function createContainer(
  docker: Docker,
  service: string,
  context: CreateContext,
  onRetry: OnRetry,
): Promise<Docker.Container> {
  try {
    const container = await retrying(() => createOrFind(docker, service, context), onRetry)
    const [, ...further] = attachments(context.project.services[service]!)
    for (const network of further) {
      await retrying(() => join(docker, container, service, network, context), onRetry)
    }
    return container
  } catch (error) {
    throw explainEngineError(error, `creating ${service}`)
  }
}

/** Starts a container; one that runs already is fine. */
export async function startContainer(
  container: Docker.Container,
  service: string,
  onRetry: OnRetry,
): Promise<void> {
  try {
    await retrying(async () => {
      await container.start().catch(error => {
        if (statusOf(error) !== 304) throw error
      })
    }, onRetry)
  } catch (error) {
    throw withDriverPort(explainEngineError(error, `starting ${service}`), service)
  }
}

/** The driver's is the only port that we publish on request. */
function withDriverPort(error: HarnessError, service: string): HarnessError {
  if (service !== 'driver' || error.code !== 'port-in-use') return error
  const { code, message, exitCode, cause } = error
  const next = 'leave out --driver-port to take a free one, or give another'
  return new HarnessError({ code, message, next, exitCode, cause })
}

/** After an answer that got lost, the container of the earlier attempt is there already and is taken. */
async function createOrFind(
  docker: Docker,
  service: string,
  context: CreateContext,
): Promise<Docker.Container> {
  try {
    return await docker.createContainer(containerOptions(service, context))
  } catch (error) {
    if (statusOf(error) !== 409) throw error
    const present = docker.getContainer(containerName(context.project.name, service))
    const { Config, Id } = await present.inspect()
    if (Config.Labels[labels.run] !== context.project.services[service]!.labels[labels.run]) throw error
    return docker.getContainer(Id)
  }
}

async function join(
  docker: Docker,
  container: Docker.Container,
  service: string,
  network: string,
  context: CreateContext,
) {
  await docker
    .getNetwork(resourceName(context.project.name, network))
    .connect({ Container: container.id, EndpointConfig: endpoint(service, network, context) })
    .catch(error => {
      const alreadyThere = statusOf(error) === 403 && /already exists/.test(String(error))
      if (!alreadyThere) throw error
    })
}
