// The one-way rule of docs/ARCHITECTURE.md, one entry a folder: a folder imports only what its line names.
const layers = {
  'nodes/contract': [],
  model: [],
  'nodes/consensus': [],
  'nodes/byzantine': ['nodes/consensus'],
  'nodes/wire': ['nodes/consensus'],
  'nodes/host': ['nodes/consensus', 'nodes/byzantine', 'nodes/wire'],
  // model/node-config.ts is the contract of the mounted files: one schema for writer and reader.
  'nodes/adapters': ['nodes/host', 'nodes/wire', 'nodes/consensus', 'nodes/reference/keys.ts', 'model'],
  'nodes/reference': ['model', 'nodes/consensus'],
  chaos: ['model'],
  workload: ['model'],
  simulator: ['model', 'chaos', 'workload', 'nodes/consensus', 'nodes/byzantine', 'nodes/wire', 'nodes/host'],
  prometheus: ['model'],
  grafana: [],
  compose: ['model', 'prometheus', 'grafana'],
  // direct-http.ts is how anything of the harness reaches a container.
  'harness/history': ['model', 'harness/direct-http.ts'],
}

/** Both sides of the contract with nodes share its words, and so may everything in between. */
const shared = 'nodes/contract'

const pure =
  '^(model|nodes/contract|nodes/reference|nodes/consensus|nodes/byzantine|prometheus|chaos/schedule|harness/(plan|checkers|systems))/'

const oneWay = Object.entries(layers).map(([folder, may]) => ({
  name: `one-way-${folder.replace('/', '-')}`,
  comment: `${folder} may import only ${[shared, ...may].join(', ')}: arrows point down, so a part can be read and reused alone`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    path: '^(model|nodes|chaos|workload|prometheus|grafana|compose|kubernetes|simulator|harness|test)/',
    pathNot: [folder, shared, ...may].map(name => (name.endsWith('.ts') ? `^${name}$` : `^${name}/`)),
  },
}))

export default {
  forbidden: [
    ...oneWay,
    {
      name: 'core-imports-nothing',
      comment:
        'the consensus core and the behaviours run in the container and in the simulator: no package, not even node:*; the contract is data',
      severity: 'error',
      from: { path: '^nodes/(consensus|byzantine)/' },
      to: { pathNot: '^nodes/(contract|consensus|byzantine)/' },
    },
    {
      name: 'pure-folders-do-no-io',
      comment:
        'pure folders take the world as arguments; I/O modules there would hide a dependency on the machine',
      severity: 'error',
      from: { path: pure },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|http|https|child_process|os|process|timers|dgram|worker_threads)',
      },
    },
    {
      name: 'engine-only-in-compose',
      comment: 'execa and dockerode live in compose/, so that the harness also runs on other backends',
      severity: 'error',
      from: { path: '^(model|nodes|harness|chaos)/' },
      to: { path: 'node_modules/(execa|dockerode)/' },
    },
    {
      name: 'nobody-imports-test',
      comment: 'production code must not lean on test code',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-circular',
      comment: 'a cycle means two files are one',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-unresolvable',
      comment: 'an import that does not resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
