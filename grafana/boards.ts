import type { Board } from './board.ts'
import { byzantine } from './boards/byzantine.ts'
import { chaos } from './boards/chaos.ts'
import { network } from './boards/network.ts'
import { node } from './boards/node.ts'
import { overview } from './boards/overview.ts'
import { resources } from './boards/resources.ts'
import { soak } from './boards/soak.ts'

/** Every dashboard. grafana/dashboards/ holds what they build, which Grafana is provisioned with. */
export const boards: readonly Board[] = [overview, network, byzantine, chaos, resources, soak, node]
