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
  // nodes/adapters/transaction-json.ts is the body of POST /transactions, which a virtual node reads too.
  simulator: [
    ...['model', 'chaos', 'workload', 'nodes/consensus', 'nodes/byzantine', 'nodes/wire', 'nodes/host'],
    'nodes/adapters/transaction-json.ts',
  ],
  prometheus: ['model'],
  grafana: [],
  compose: ['model', 'prometheus', 'grafana'],
  // direct-http.ts is how anything of the harness reaches a container.
  'harness/history': ['model', 'harness/direct-http.ts'],
}

/** Both sides of the contract with nodes share its words, and so may everything in between. */
const shared = 'nodes/contract'

/**
 * The same inside of two folders that have many: a subfolder imports only its siblings of its line, which stand above it. Files at the root of
 * harness/ serve all of it; those at the root of compose/ are its face, which no subfolder imports. harness/cli imports everything.
 */
const inside = {
  compose: {
    engine: [],
    images: ['engine'],
    project: ['engine', 'images'],
    shaper: ['engine', 'images', 'project'],
    containers: ['engine', 'project', 'shaper'],
    noise: ['engine', 'project', 'containers'],
    foreign: ['engine', 'shaper', 'containers'],
    preflight: ['engine', 'images', 'project'],
    network: ['engine', 'images', 'project', 'shaper', 'containers', 'noise'],
  },
  harness: {
    theory: [],
    scenario: [],
    history: [],
    systems: [],
    driver: [],
    plan: ['scenario', 'theory', 'systems'],
    checkers: ['theory', 'history', 'systems', 'plan'],
    calibration: ['driver', 'plan'],
    records: ['history', 'systems', 'plan', 'checkers'],
    session: ['plan', 'calibration', 'records'],
    report: ['theory', 'scenario', 'history', 'checkers', 'records', 'session'],
    run: ['history', 'systems', 'plan', 'checkers', 'records', 'session', 'report'],
    compare: ['theory', 'scenario', 'report'],
    'compare-rules': ['theory', 'history', 'checkers', 'run'],
  },
}

// The folders of the lint's ban on clocks in biome.json, without harness/history, which reads and writes files; and harness/systems.
const pure =
  '^(model/|nodes/(contract|reference|consensus|byzantine|host|wire)/|prometheus/|workload/|simulator/|chaos/(?!shaper/)|harness/(plan|checkers|systems)/)'

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

const insideRules = Object.entries(inside).flatMap(([root, folders]) => {
  const siblings = root === 'harness' ? '^harness/[^/]+/' : `^${root}/`
  const listed = Object.keys(folders).concat(root === 'harness' ? ['cli'] : [])
  return [
    ...Object.entries(folders).map(([folder, may]) => ({
      name: `inside-${root}-${folder}`,
      comment: `${root}/${folder} may import only ${may.join(', ') || 'none'} of its siblings: arrows point one way inside of a folder too`,
      severity: 'error',
      from: { path: `^${root}/${folder}/` },
      to: { path: siblings, pathNot: [folder, ...may].map(name => `^${root}/${name}/`) },
    })),
    {
      name: `inside-${root}-unlisted`,
      comment: `a new folder of ${root} needs a line that says what it may import`,
      severity: 'error',
      from: { path: `^${root}/[^/]+/`, pathNot: listed.map(name => `^${root}/${name}/`) },
      to: { path: `^${root}/` },
    },
  ]
})

export default {
  forbidden: [
    ...oneWay,
    ...insideRules,
    {
      name: 'compose-behind-its-port',
      comment: 'the harness knows backends as model/ports/backend.ts has them; one file names the one in use',
      severity: 'error',
      from: { path: '^harness/', pathNot: '^harness/backend\\.ts$' },
      to: { path: '^compose/' },
    },
    {
      name: 'backend-is-handed-over',
      comment:
        'only programs take the backend; everything else gets it as an argument, so that a test can hand over another one',
      severity: 'error',
      from: { path: '^harness/', pathNot: '^harness/(main|session/guardian-main)\\.ts$' },
      to: { path: '^harness/backend\\.ts$' },
    },
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
