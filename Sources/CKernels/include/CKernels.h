/* Loops that the compiler vectorises, over dense row-major arrays in memory.
 *
 * Every kernel is compiled for three levels of the x86-64 instruction set and chosen at run time,
 * and splits large work over the OpenMP threads that oneDNN uses too. The division of the work is
 * fixed by the sizes alone, and partial sums are added in one order: results are the same to the
 * bit for any number of threads.
 *
 * Counts and extents are in elements and may be zero. Results may not overlap arguments unless a
 * kernel says so. */
#ifndef TK_CKERNELS_H
#define TK_CKERNELS_H

#include "tk_binary.h"
#include "tk_convert.h"
#include "tk_images.h"
#include "tk_linear_scan.h"
#include "tk_machine.h"
#include "tk_movement.h"
#include "tk_normalization.h"
#include "tk_optimizers.h"
#include "tk_products.h"
#include "tk_random.h"
#include "tk_recurrent.h"
#include "tk_reductions.h"
#include "tk_rows.h"
#include "tk_unary.h"

#endif
