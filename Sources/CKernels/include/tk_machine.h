/* What the kernels run on. */
#ifndef TK_MACHINE_H
#define TK_MACHINE_H

#include <stdint.h>

/* Threads of the team that oneDNN and these kernels share. */
int tk_thread_count(void);

/* Instruction sets of this CPU: bit 0 AVX2, 1 FMA, 2 AVX-512F, 3 AVX-512 BF16, 4 AMX. */
uint32_t tk_cpu_features(void);

#endif
