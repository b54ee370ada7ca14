#include "guard.h"

#include <setjmp.h>
#include <string.h>

static void copy(char *destination, size_t capacity, const char *source) {
  size_t length = strnlen(source, capacity - 1);
  memcpy(destination, source, length);
  destination[length] = 0;
}

// The one setjmp. No local changes after it, so nothing needs to be volatile, and the frames a
// longjmp discards are those of `body` and of libpng, all C.
int cpng_guarded(png_structp png, void (*body)(void *), void *context) {
  if (setjmp(png_jmpbuf(png))) return 0;
  body(context);
  return 1;
}

void cpng_on_error(png_structp png, png_const_charp message) {
  cpng_report *report = png_get_error_ptr(png);
  copy(report->error, sizeof report->error, message);
  png_longjmp(png, 1);
}

void cpng_on_warning(png_structp png, png_const_charp message) {
  cpng_report *report = png_get_error_ptr(png);
  const int capacity = sizeof report->warnings / sizeof report->warnings[0];
  if (report->warning_count >= capacity) return;
  copy(report->warnings[report->warning_count++], sizeof report->warnings[0], message);
}

const char *cpng_warning(const cpng_report *report, int index) {
  return report->warnings[index];
}
