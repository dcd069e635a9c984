#ifndef PODIUM_BYTE_SCAN_H
#define PODIUM_BYTE_SCAN_H

// Sixteen bytes at a time over the long plain stretches of JSON strings and header values. C, because Swift's portable vectors do not
// compile to the compare-and-mask instructions that this is all about; elsewhere than on x86-64 and ARM64 it is a plain loop.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
  // Most strings end in their first sixteen bytes; long ones are passed over in steps of 64, where one test does for all.
  if (index + 16 <= end) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + index));
    __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
                                   _mm_cmpeq_epi8(_mm_min_epu8(block, control), block));
    int mask = _mm_movemask_epi8(special);
    if (mask) return index + (size_t)__builtin_ctz((unsigned)mask);
    index += 16;
  }
  for (; index + 64 <= end; index += 64) {
    __m128i a = _mm_loadu_si128((const __m128i *)(bytes + index)), b = _mm_loadu_si128((const __m128i *)(bytes + index + 16));
    __m128i c = _mm_loadu_si128((const __m128i *)(bytes + index + 32)), d = _mm_loadu_si128((const __m128i *)(bytes + index + 48));
    __m128i least = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
    __m128i quotes = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(a, quote), _mm_cmpeq_epi8(b, quote)),
                                  _mm_or_si128(_mm_cmpeq_epi8(c, quote), _mm_cmpeq_epi8(d, quote)));
    __m128i escapes = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(a, backslash), _mm_cmpeq_epi8(b, backslash)),
                                   _mm_or_si128(_mm_cmpeq_epi8(c, backslash), _mm_cmpeq_epi8(d, backslash)));
    __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(least, control), least);
    if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, escapes), controls))) break;
  }
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

// Classes of bytes in an HTTP head: 1 in a token (a method, a header's name: RFC 9110 section 5.6.2), 2 in a request target, 4 in the name
// of a host, which a port or an address in brackets are not.
enum { PODIUM_TOKEN = 1, PODIUM_TARGET = 2, PODIUM_HOST = 4 };
static const uint8_t podium_byte_classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 7, 2, 3, 7, 7, 7, 7, 6, 6, 7, 7, 2, 7, 7, 2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 6, 2, 6, 2, 2,
    2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 2, 2, 3, 7,
    3, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 3, 2, 7, 0,
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

// The same for a token. Nearly all consist of letters and hyphens: sixteen of them are passed over at once.
static inline size_t podium_token_end(const uint8_t *bytes, size_t start, size_t end) {
#if defined(__SSE2__)
  if (start + 16 <= end) {
    const __m128i below = _mm_set1_epi8('a' - 1), above = _mm_set1_epi8('z' + 1);
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + start));
    __m128i lower = _mm_or_si128(block, _mm_set1_epi8(0x20));
    // Signed: bytes beyond ASCII are negative, and so no letters.
    __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(lower, below), _mm_cmplt_epi8(lower, above));
    __m128i plain = _mm_or_si128(letters, _mm_cmpeq_epi8(block, _mm_set1_epi8('-')));
    start += (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(plain));
  }
#endif
  return podium_class_end(bytes, start, end, PODIUM_TOKEN);
}

// The index of the first quote or brace from `start`. `end` when there is none.
static inline size_t podium_quote_or_brace(const uint8_t *bytes, size_t start, size_t end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), opening = _mm_set1_epi8('{'), closing = _mm_set1_epi8('}');
  for (; start + 16 <= end; start += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + start));
    int mask = _mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_or_si128(_mm_cmpeq_epi8(block, opening), _mm_cmpeq_epi8(block, closing))));
    if (mask) return start + (size_t)__builtin_ctz((unsigned)mask);
  }
#endif
  while (start < end && bytes[start] != '"' && bytes[start] != '{' && bytes[start] != '}') start++;
  return start;
}

// Where `text`, of two bytes at least, stands last before `end`: its index, or -1.
static inline ptrdiff_t podium_last_index(const uint8_t *bytes, size_t end, const uint8_t *text, size_t length) {
  ptrdiff_t index = (ptrdiff_t)end - (ptrdiff_t)length;
#if defined(__SSE2__)
  // Where its first two bytes stand behind each other, of sixteen places at a time.
  const __m128i first = _mm_set1_epi8((char)text[0]), second = _mm_set1_epi8((char)text[1]);
  for (; index >= 15; index -= 16) {
    const uint8_t *places = bytes + index - 15;
    unsigned mask = (unsigned)_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)places), first),
                                                              _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(places + 1)), second)));
    while (mask) {
      unsigned place = 31 - (unsigned)__builtin_clz(mask);
      if (memcmp(places + place, text, length) == 0) return places + place - bytes;
      mask ^= 1u << place;
    }
  }
#endif
  for (; index >= 0; index--)
    if (bytes[index] == text[0] && memcmp(bytes + index, text, length) == 0) return index;
  return -1;
}

#endif
