/* Work split over the OpenMP threads of the process, and what all kernels' sources share. */
#ifndef TK_PARALLEL_H
#define TK_PARALLEL_H

#include <stddef.h>
#include <stdint.h>

/* Compiles a function for AVX-512, for AVX2 with FMA and for any x86-64, chosen at load time. */
#if defined(__x86_64__) && defined(__linux__)
#define TK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TK_CLONES
#endif

#define TK_INLINE static inline __attribute__((always_inline))

/* In front of a loop whose iterations are independent even where its arrays are the same one. */
#define TK_VECTORISE _Pragma("clang loop vectorize(assume_safety)")

/* Does items begin ..< end of some work. */
typedef void (*tk_body)(void *context, size_t begin, size_t end);

/* Calls body for ranges that together are 0 ..< count: one a thread, as equal as can be, and none
 * shorter than `grain`, which decides what is worth another thread. */
void tk_parallel(size_t count, size_t grain, tk_body body, void *context);

/* Elements a thread should have at least of a loop bound by memory, and of one that computes an
 * exponential or more for every element: 2 to 3 microseconds of work each, where entering the
 * threads costs 1. */
enum { TK_LIGHT_GRAIN = 65536, TK_HEAVY_GRAIN = 16384 };

/* Memory for partial results; stops the program if there is none. */
void *tk_allocate(size_t bytes);

TK_INLINE size_t tk_min(size_t a, size_t b) { return a < b ? a : b; }
TK_INLINE size_t tk_max(size_t a, size_t b) { return a > b ? a : b; }
TK_INLINE size_t tk_ceil_divide(size_t a, size_t b) { return (a + b - 1) / b; }

#endif
