import type { ShapeRequest } from '../../model/shaper.ts'
import type { UndoEntry } from '../../model/undo.ts'

/** The part of what is to be undone that the shaper undoes. */
export function undoneBy(entries: readonly UndoEntry[]): NonNullable<ShapeRequest['over']> {
  return {
    namespaces: entries
      .filter(({ kind }) => kind === 'shaped')
      .map(({ name, container }) => ({ name, container })),
    limits: entries.flatMap(entry =>
      'set' in entry
        ? [{ name: entry.name, container: entry.container, was: entry.was, set: entry.set }]
        : [],
    ),
  }
}
