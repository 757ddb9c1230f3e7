/** The samples of a Prometheus text: series as they are written, and their values. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

export async function scrape(url: string): Promise<Map<string, number>> {
  return samplesOf(await (await fetch(url)).text())
}
