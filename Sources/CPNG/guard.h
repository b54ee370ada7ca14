// Shared by the reader and the writer; not part of the module's interface.
#ifndef CPNG_GUARD_H
#define CPNG_GUARD_H

#include <png.h>

#include "CPNG.h"

/// Runs `body(context)` with libpng's errors caught: 1, or 0 when libpng reported an error.
int cpng_guarded(png_structp png, void (*body)(void *), void *context);

/// libpng's error and warning functions; the error pointer is a cpng_report.
PNG_NORETURN void cpng_on_error(png_structp png, png_const_charp message);
void cpng_on_warning(png_structp png, png_const_charp message);

#endif
