#include "tk_machine.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

extern int omp_get_max_threads(void);

int tk_thread_count(void) { return omp_get_max_threads(); }

uint32_t tk_cpu_features(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  uint32_t found = 0;
  if (__builtin_cpu_supports("avx2")) found |= 1;
  if (__builtin_cpu_supports("fma")) found |= 2;
  if (__builtin_cpu_supports("avx512f")) found |= 4;
  /* Leaf 7.1 EAX bit 5 and leaf 7.0 EDX bit 24: the compiler's check knows neither everywhere. */
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 5))) found |= 8;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & (1u << 24))) found |= 16;
  return found;
#else
  return 0;
#endif
}
