/** Small enough that no statement holds its locks for long. */
const rowsPerBatch = 1_000;

/**
 * Deletes batch after batch until there is nothing left, or so many batches were deleted. Returns how many rows it were.
 * @param deleteSome deletes up to `limit` rows, and returns how many it were
 */
export async function deleteInBatches(
  maxBatches: number,
  deleteSome: (limit: number) => Promise<number>,
): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < maxBatches; batch++) {
    const inBatch = await deleteSome(rowsPerBatch);
    deleted += inBatch;
    if (inBatch < rowsPerBatch) break;
  }
  return deleted;
}
