/* First-order linear recurrences. */
#ifndef TK_LINEAR_SCAN_H
#define TK_LINEAR_SCAN_H

#include <stddef.h>

/* h[t] = a[t] h[t-1] + b[t] for a, b and h [steps, columns], where h[-1] is `initial` [columns];
 * reversed, h[t] = a[t] h[t+1] + b[t] and h[steps] is `initial`.
 *
 * Many columns are split over the threads. Few columns of many steps are split into chunks of
 * TK_SCAN_CHUNK steps, for each of which the product p and the end e of the scan from zero are found
 * first, in double; the chunk then begins with h = p h + e of the chunk before. Chunks are found
 * alike on any number of threads. */
void tk_linear_scan(const float *a, const float *b, const float *initial, float *h, size_t steps,
                    size_t columns, int reversed);

/* Fewer columns than this are split into chunks of steps, where there are at least two of them. */
enum { TK_SCAN_CHUNK = 128, TK_SCAN_COLUMNS = 256 };

#endif
