#ifndef AMPARO_SIMILARITY_H
#define AMPARO_SIMILARITY_H

#include <stddef.h>
#include <stdint.h>

// Compares one filter with a run of filters that lie eight side by side, word by word: word k of record 8 b + j stands
// at filters[(b * words + k) * 8 + j]. Gives the records whose Hamming distance is at most
// (limit + limits[record]) / 65536, and the distance. Blocks that are too far apart after the first
// front words are not looked at further: choose it so that few blocks are, because a branch that is hard to foretell
// costs more than four words.
//
// found and distances have room for 8 * blocks; returns how many were written.
size_t amparo_near(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit,
  size_t first_block, size_t blocks, uint32_t *found, uint32_t *distances);

// The same without any special instructions: what the tests compare the others with.
size_t amparo_near_portable(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit,
  size_t first_block, size_t blocks, uint32_t *found, uint32_t *distances);

#endif
