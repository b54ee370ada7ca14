#include "include/tk_random.h"

#include "math_sine_f32.h"

/* Blocks computed side by side, and the words they give. */
enum { WIDTH = 16, WORDS = 4 * WIDTH };

TK_INLINE uint32_t high_product(uint32_t a, uint32_t b) {
  return (uint32_t)((uint64_t)a * b >> 32);
}

/* Ten rounds over WIDTH counters; words[k] are the k-th words of all. */
TK_INLINE void philox(uint32_t words[4][WIDTH], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < WIDTH; i++) {
      uint32_t a = words[0][i], c = words[2][i];
      words[0][i] = high_product(0xCD9E8D57, c) ^ words[1][i] ^ key0;
      words[2][i] = high_product(0xD2511F53, a) ^ words[3][i] ^ key1;
      words[1][i] = 0xCD9E8D57 * c;
      words[3][i] = 0xD2511F53 * a;
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

/* The words of blocks position ..< position + WIDTH, in order. */
TK_INLINE void draw(uint32_t *target, uint64_t key, uint64_t position) {
  uint32_t words[4][WIDTH];
  for (int i = 0; i < WIDTH; i++) {
    uint64_t counter = position + (uint64_t)i;
    words[0][i] = (uint32_t)counter;
    words[1][i] = (uint32_t)(counter >> 32);
    words[2][i] = 0;
    words[3][i] = 0;
  }
  philox(words, (uint32_t)key, (uint32_t)(key >> 32));
  for (int i = 0; i < WIDTH; i++) {
    for (int k = 0; k < 4; k++) target[4 * i + k] = words[k][i];
  }
}

void tk_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]) {
  uint32_t all[4][WIDTH] = {{0}};
  for (int k = 0; k < 4; k++) all[k][0] = counter[k];
  philox(all, key[0], key[1]);
  for (int k = 0; k < 4; k++) words[k] = all[k][0];
}

/* A normal pair: the first word gives the radius sqrt(-2 log u), u in (0, 1], the second the
 * angle, whose quarter turn and rest are read off its bits. */
TK_INLINE void normal_pair(uint32_t first, uint32_t second, float *cosine, float *sine) {
  float u = ((float)first + 0.5f) * 0x1p-32f;
  float radius = tk_sqrt(-2.0f * tk_log_normal(u, 0.0f));
  uint32_t quarter = (second + 0x20000000) >> 30;
  float r = (float)(int32_t)(second - (quarter << 30)) * 1.46291808e-9f; /* 2 pi / 2^32 */
  float s = tk_sin_reduced(r), c = tk_cos_reduced(r);
  float x = quarter & 1 ? s : c, y = quarter & 1 ? c : s;
  *cosine = radius * tk_float(tk_bits(x) ^ (((quarter + 1) & 2) << 30));
  *sine = radius * tk_float(tk_bits(y) ^ ((quarter & 2) << 30));
}

TK_INLINE double unit_interval(uint32_t low, uint32_t high) {
  return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53;
}

/* Groups of WORDS words, begin ..< end, written as elements of a type. */
typedef struct {
  void *target;
  size_t count;
  uint64_t key, position;
} job;

/* Fills `group` elements at a time from the words drawn for them, the last ones by a copy. */
#define FILL(name, Element, group, statements)                                                \
  static TK_CLONES void name##_groups(Element *target, size_t count, uint64_t key,            \
                                      uint64_t position, size_t begin, size_t end) {          \
    uint32_t words[WORDS];                                                                    \
    Element values[group];                                                                    \
    for (size_t index = begin; index < end; index++) {                                        \
      draw(words, key, position + index * WIDTH);                                             \
      statements;                                                                             \
      size_t first = index * (group);                                                         \
      memcpy(target + first, values, tk_min(group, count - first) * sizeof(Element));         \
    }                                                                                         \
  }                                                                                           \
  static void name##_work(void *context, size_t begin, size_t end) {                          \
    const job *job = context;                                                                 \
    name##_groups(job->target, job->count, job->key, job->position, begin, end);              \
  }                                                                                           \
  void tk_random_##name(Element *target, size_t count, uint64_t key, uint64_t position) {     \
    job job = {target, count, key, position};                                                 \
    tk_parallel(tk_ceil_divide(count, group), TK_HEAVY_GRAIN / (group), name##_work, &job);   \
  }

FILL(words, uint32_t, WORDS, memcpy(values, words, sizeof values))

FILL(uniform_f32, float, WORDS,
     for (int i = 0; i < WORDS; i++) values[i] = (float)(words[i] >> 8) * 0x1p-24f)

FILL(normal_f32, float, WORDS, for (int i = 0; i < WORDS; i += 2) {
  normal_pair(words[i], words[i + 1], &values[i], &values[i + 1]);
})

FILL(uniform_f64, double, WORDS / 2, for (int i = 0; i < WORDS / 2; i++) {
  values[i] = unit_interval(words[2 * i], words[2 * i + 1]);
})

/* For proofs, not for speed: the C library's functions. 1 - u is never 0. */
FILL(normal_f64, double, WORDS / 2, for (int i = 0; i < WORDS / 4; i++) {
  const uint32_t *block = words + 4 * i;
  double radius = sqrt(-2 * log(1 - unit_interval(block[0], block[1])));
  double angle = 6.283185307179586476925 * unit_interval(block[2], block[3]);
  values[2 * i] = radius * cos(angle);
  values[2 * i + 1] = radius * sin(angle);
})
