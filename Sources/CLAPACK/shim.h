/* LAPACK's C interface; the complex routines, which Swift cannot read, are left out by it. */
#include <lapacke.h>
