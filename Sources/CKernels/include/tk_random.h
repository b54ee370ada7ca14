/* Random numbers that are a pure function of key and position: Philox4x32-10 (Salmon et al.,
 * Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011).
 *
 * Block `position + b` of a key is four 32-bit words; the counter's upper half is 0. */
#ifndef TK_RANDOM_H
#define TK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The four words of one counter and key, least significant words first. */
void tk_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

/* Words: element i is word i % 4 of block position + i / 4. */
void tk_random_words(uint32_t *target, size_t count, uint64_t key, uint64_t position);

/* Evenly spread in [0, 1), 24 bits of word i. Uses ceil(count / 4) blocks. */
void tk_random_uniform_f32(float *target, size_t count, uint64_t key, uint64_t position);

/* Standard normal by Box and Muller: elements 2 j and 2 j + 1 from words 2 j and 2 j + 1; none
 * is larger than 6.8. Uses ceil(count / 4) blocks. */
void tk_random_normal_f32(float *target, size_t count, uint64_t key, uint64_t position);

/* Evenly spread in [0, 1), 53 bits of words 2 i and 2 i + 1. Uses ceil(count / 2) blocks. */
void tk_random_uniform_f64(double *target, size_t count, uint64_t key, uint64_t position);

/* Standard normal: elements 2 j and 2 j + 1 from block position + j. Uses ceil(count / 2)
 * blocks. */
void tk_random_normal_f64(double *target, size_t count, uint64_t key, uint64_t position);

#endif
