/** Everything the shaper does in a namespace is in this table, so that removing it heals. */
const table = 'table inet whiteout'

/**
 * The whole rule set of a namespace for `nft -f`, which takes it as one transaction: packets see the old rules or the new ones.
 * It drops before connection tracking accepts anything, so established streams are cut too (nft(8), hook priorities).
 *
 * @param from IPv4 addresses that are not heard
 * @param to IPv4 addresses that are not reached
 */
export function nftRules(from: readonly string[], to: readonly string[]): string {
  return `${nftHeal}${table} {
${set('unheard', from)}${set('unreached', to)}  chain heard {
    type filter hook input priority -10; policy accept;
    ip saddr @unheard counter drop
  }
  chain reached {
    type filter hook output priority -10; policy accept;
    ip daddr @unreached counter drop
  }
}
`
}

/** Removes all rules; naming the table first makes it also right where there is none. */
export const nftHeal = `${table}\ndelete ${table}\n`

function set(name: string, addresses: readonly string[]): string {
  const elements = addresses.length > 0 ? `    elements = { ${addresses.join(', ')} }\n` : ''
  return `  set ${name} {\n    type ipv4_addr; flags interval; auto-merge\n${elements}  }\n`
}
