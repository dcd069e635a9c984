#ifndef PODIUM_BYTE_SCAN_H
#define PODIUM_BYTE_SCAN_H

// Sixteen bytes at a time over the long plain stretches of JSON strings and header values. C, because Swift's portable vectors do not
// compile to the compare-and-mask instructions that this is all about; elsewhere than on x86-64 and ARM64 it is a plain loop.

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

// The index of the first byte from `start` that a JSON string cannot hold as it is: a quote, a backslash or a control character.
// `end` when there is none.
static inline size_t podium_json_text_end(const uint8_t *bytes, size_t start, size_t end) {
  size_t index = start;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
  for (; index + 16 <= end; index += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + index));
    __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
                                   _mm_cmpeq_epi8(_mm_min_epu8(block, control), block));
    int mask = _mm_movemask_epi8(special);
    if (mask) return index + (size_t)__builtin_ctz((unsigned)mask);
  }
#elif defined(__ARM_NEON) && defined(__aarch64__)
  for (; index + 16 <= end; index += 16) {
    uint8x16_t block = vld1q_u8(bytes + index);
    uint8x16_t special = vorrq_u8(vorrq_u8(vceqq_u8(block, vdupq_n_u8('"')), vceqq_u8(block, vdupq_n_u8('\\'))),
                                  vcltq_u8(block, vdupq_n_u8(0x20)));
    if (vmaxvq_u8(special)) break;
  }
#endif
  for (; index < end; index++)
    if (bytes[index] == '"' || bytes[index] == '\\' || bytes[index] < 0x20) return index;
  return end;
}

// The index of the first byte from `start` that a header's value cannot hold: a control character other than a tab. `end` when there
// is none.
static inline size_t podium_field_value_end(const uint8_t *bytes, size_t start, size_t end) {
  size_t index = start;
#if defined(__SSE2__)
  const __m128i tab = _mm_set1_epi8('\t'), control = _mm_set1_epi8(0x1f), delete = _mm_set1_epi8(0x7f);
  for (; index + 16 <= end; index += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + index));
    __m128i special = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(block, tab), _mm_cmpeq_epi8(_mm_min_epu8(block, control), block)),
                                   _mm_cmpeq_epi8(block, delete));
    int mask = _mm_movemask_epi8(special);
    if (mask) return index + (size_t)__builtin_ctz((unsigned)mask);
  }
#endif
  for (; index < end; index++)
    if ((bytes[index] < 0x20 && bytes[index] != '\t') || bytes[index] == 0x7f) return index;
  return end;
}

// Classes of bytes in an HTTP head: 1 in a token (a method, a header's name: RFC 9110 section 5.6.2), 2 in a request target.
enum { PODIUM_TOKEN = 1, PODIUM_TARGET = 2 };
static const uint8_t podium_byte_classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 3, 2, 3, 3, 3, 3, 3, 2, 2, 3, 3, 2, 3, 3, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2,
    2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 3, 3,
    3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 3, 2, 3, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

// The index of the first byte from `start` that is not of the class. `end` when there is none.
static inline size_t podium_class_end(const uint8_t *bytes, size_t start, size_t end, uint8_t wanted) {
  while (start < end && (podium_byte_classes[bytes[start]] & wanted)) start++;
  return start;
}

#endif
