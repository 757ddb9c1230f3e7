/**
 * What `down` and the search for leftovers find things by. Every container and network carries the run; containers
 * also their role and nodes their index.
 */
export const labels = {
  run: 'whiteout.run',
  role: 'whiteout.role',
  node: 'whiteout.node',
} as const

/** The labels by which `docker compose` recognises what belongs to a project. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  /** Of `docker compose run`. */
  oneOff: 'com.docker.compose.oneoff',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  workingDirectory: 'com.docker.compose.project.working_dir',
} as const

/** Labels of one container, as `docker compose up` would set them. */
export function containerLabels(options: {
  readonly project: string
  readonly service: string
  readonly directory: string
  readonly composeFile: string
  readonly composeVersion: string
  readonly imageId: string
  /** Hash of the service's configuration; without it `docker compose up` makes the container anew. */
  readonly configHash: string | undefined
}): Record<string, string> {
  return {
    [composeLabels.project]: options.project,
    [composeLabels.service]: options.service,
    [composeLabels.workingDirectory]: options.directory,
    'com.docker.compose.project.config_files': options.composeFile,
    [composeLabels.number]: '1',
    [composeLabels.oneOff]: 'False',
    'com.docker.compose.depends_on': '',
    'com.docker.compose.image': options.imageId,
    'com.docker.compose.version': options.composeVersion,
    ...(options.configHash === undefined ? {} : { 'com.docker.compose.config-hash': options.configHash }),
  }
}

/** Labels of one network, as `docker compose up` would set them. */
export function networkLabels(
  project: string,
  network: string,
  composeVersion: string,
): Record<string, string> {
  return {
    [composeLabels.project]: project,
    [composeLabels.network]: network,
    'com.docker.compose.version': composeVersion,
  }
}

/** Labels of one volume, as `docker compose up` would set them. */
export function volumeLabels(
  project: string,
  volume: string,
  composeVersion: string,
): Record<string, string> {
  return {
    [composeLabels.project]: project,
    [composeLabels.volume]: volume,
    'com.docker.compose.version': composeVersion,
  }
}
