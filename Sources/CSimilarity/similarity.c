#include "similarity.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define AMPARO_X86 1
#endif

static inline size_t keep(
  uint32_t mask, size_t block, const int64_t *distance, uint32_t *found, uint32_t *distances, size_t count) {
  while (mask) {
    int lane = __builtin_ctz(mask);
    found[count] = (uint32_t)(block * 8 + (size_t)lane);
    distances[count++] = (uint32_t)distance[lane];
    mask &= mask - 1;
  }
  return count;
}

size_t amparo_near_portable(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit, size_t first,
  size_t blocks, uint32_t *found, uint32_t *distances) {
  size_t count = 0;
  for (size_t block = first; block < first + blocks; block++) {
    const uint64_t *line = filters + block * words * 8;
    int64_t distance[8] = {0};
    uint32_t mask = 0;
    size_t k = 0;
    for (size_t end = front; k < words; end = end + 4 < words ? end + 4 : words) {
      for (; k < end; k++) {
        for (int j = 0; j < 8; j++) distance[j] += __builtin_popcountll(filter[k] ^ line[k * 8 + j]);
      }
      mask = 0;
      for (int j = 0; j < 8; j++) {
        if ((distance[j] << 16) <= limit + limits[block * 8 + j]) mask |= 1u << j;
      }
      if (!mask) break;
    }
    if (mask) count = keep(mask, block, distance, found, distances, count);
  }
  return count;
}

#ifdef AMPARO_X86
// The bits of each byte by table, added up over at most 31 words before bytes are summed.
__attribute__((target("avx2"))) static inline __m256i bits_avx2(
  const uint64_t *filter, const uint64_t *line, size_t from, size_t to) {
  const __m256i table = _mm256_setr_epi8(
    0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15), none = _mm256_setzero_si256();
  __m256i bytes = none;
  for (size_t k = from; k < to; k++) {
    __m256i x = _mm256_xor_si256(
      _mm256_set1_epi64x((long long)filter[k]), _mm256_loadu_si256((const __m256i *)(line + k * 8)));
    bytes = _mm256_add_epi8(
      bytes, _mm256_add_epi8(
               _mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
               _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low))));
  }
  return _mm256_sad_epu8(bytes, none);
}

__attribute__((target("avx2"))) static inline uint32_t within_avx2(__m256i distance, __m256i most) {
  __m256i far = _mm256_cmpgt_epi64(_mm256_slli_epi64(distance, 16), most);
  return (uint32_t)~_mm256_movemask_pd(_mm256_castsi256_pd(far)) & 15;
}

__attribute__((target("avx2"))) static size_t near_avx2(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit, size_t first,
  size_t blocks, uint32_t *found, uint32_t *distances) {
  const __m256i own = _mm256_set1_epi64x(limit);
  size_t count = 0;
  for (size_t block = first; block < first + blocks; block++) {
    const uint64_t *line = filters + block * words * 8;
    __m256i left = bits_avx2(filter, line, 0, front), right = bits_avx2(filter, line + 4, 0, front);
    __m256i most_left = _mm256_add_epi64(own, _mm256_loadu_si256((const __m256i *)(limits + block * 8)));
    __m256i most_right = _mm256_add_epi64(own, _mm256_loadu_si256((const __m256i *)(limits + block * 8 + 4)));
    uint32_t mask = within_avx2(left, most_left) | within_avx2(right, most_right) << 4;
    if (!mask) continue;
    // The more bits, the fewer strangers: four words more mostly settle it.
    for (size_t k = front; mask && k < words; k += 4) {
      size_t end = k + 4 < words ? k + 4 : words;
      left = _mm256_add_epi64(left, bits_avx2(filter, line, k, end));
      right = _mm256_add_epi64(right, bits_avx2(filter, line + 4, k, end));
      mask = within_avx2(left, most_left) | within_avx2(right, most_right) << 4;
    }
    if (!mask) continue;
    int64_t distance[8];
    _mm256_storeu_si256((__m256i *)distance, left);
    _mm256_storeu_si256((__m256i *)(distance + 4), right);
    count = keep(mask, block, distance, found, distances, count);
  }
  return count;
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static inline __m512i bits_avx512(
  __m512i sum, const uint64_t *filter, const uint64_t *line, size_t from, size_t to) {
  for (size_t k = from; k < to; k++) {
    sum = _mm512_add_epi64(
      sum, _mm512_popcnt_epi64(_mm512_xor_si512(
             _mm512_set1_epi64((long long)filter[k]), _mm512_loadu_si512(line + k * 8))));
  }
  return sum;
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static size_t near_avx512(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit, size_t first,
  size_t blocks, uint32_t *found, uint32_t *distances) {
  const __m512i own = _mm512_set1_epi64(limit);
  size_t count = 0;
  for (size_t block = first; block < first + blocks; block++) {
    const uint64_t *line = filters + block * words * 8;
    // In pieces of a known length, so that the compiler unrolls them.
    __m512i sum = _mm512_setzero_si512();
    if (front == 8) sum = bits_avx512(sum, filter, line, 0, 8);
    else if (front == 12) sum = bits_avx512(sum, filter, line, 0, 12);
    else sum = bits_avx512(sum, filter, line, 0, front);
    __m512i most = _mm512_add_epi64(own, _mm512_loadu_si512(limits + block * 8));
    uint32_t mask = (uint32_t)_mm512_cmple_epi64_mask(_mm512_slli_epi64(sum, 16), most);
    // The more bits, the fewer strangers: four words more mostly settle it.
    for (size_t k = front; mask && k < words; k += 4) {
      sum = bits_avx512(sum, filter, line, k, k + 4 < words ? k + 4 : words);
      mask = (uint32_t)_mm512_cmple_epi64_mask(_mm512_slli_epi64(sum, 16), most);
    }
    if (!mask) continue;
    int64_t distance[8];
    _mm512_storeu_si512(distance, sum);
    count = keep(mask, block, distance, found, distances, count);
  }
  return count;
}
#endif

size_t amparo_near(
  const uint64_t *filter, size_t words, size_t front, const uint64_t *filters, const int64_t *limits, int64_t limit,
  size_t first_block, size_t blocks, uint32_t *found, uint32_t *distances) {
#ifdef AMPARO_X86
  if (front > words) front = words;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) {
    return near_avx512(filter, words, front, filters, limits, limit, first_block, blocks, found, distances);
  }
  // A byte holds the bits of at most 31 words.
  if (front <= 31 && __builtin_cpu_supports("avx2")) {
    return near_avx2(filter, words, front, filters, limits, limit, first_block, blocks, found, distances);
  }
#endif
  return amparo_near_portable(filter, words, front, filters, limits, limit, first_block, blocks, found, distances);
}
