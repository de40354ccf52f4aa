/** Paths that are carried through the whole horizon together: what a worker's memory is for. */
export const CHUNK_ROWS = 64
