/** The package has no types of its own; rocksdb-binding.ts says what is used of it. */
declare module '@nxtedition/rocksdb/binding.js' {
  const native: unknown
  export default native
}
