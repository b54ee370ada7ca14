#include "parallel.h"

#include <stdio.h>
#include <stdlib.h>

/* libgomp's entry points, to which compilers translate OpenMP's directives. */
extern void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_max_threads(void);
extern int omp_get_num_threads(void);
extern int omp_get_thread_num(void);
extern int omp_in_parallel(void);

typedef struct {
  size_t count;
  tk_body body;
  void *context;
} job;

/* Where the range of a thread begins: among many items on a multiple of 64, so that the loops of
 * all threads find their arrays aligned as the first one's. */
static size_t boundary(size_t count, size_t thread, size_t threads) {
  if (thread == threads) return count;
  size_t begin = count / threads * thread + count % threads * thread / threads;
  return count >= 64 * 64 ? begin / 64 * 64 : begin;
}

static void work(void *data) {
  const job *job = data;
  size_t threads = (size_t)omp_get_num_threads(), thread = (size_t)omp_get_thread_num();
  size_t begin = boundary(job->count, thread, threads);
  size_t end = boundary(job->count, thread + 1, threads);
  if (begin < end) job->body(job->context, begin, end);
}

void tk_parallel(size_t count, size_t grain, tk_body body, void *context) {
  if (count == 0) return;
  size_t threads = 1;
  if (count >= 2 * grain && !omp_in_parallel()) {
    threads = tk_min((size_t)omp_get_max_threads(), count / grain);
  }
  if (threads <= 1) {
    body(context, 0, count);
    return;
  }
  job job = {count, body, context};
  GOMP_parallel(work, &job, (unsigned)threads, 0);
}

void *tk_allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (memory == NULL) {
    fprintf(stderr, "out of memory: %zu bytes for partial results\n", bytes);
    abort();
  }
  return memory;
}
