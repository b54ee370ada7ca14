// PNG reading and writing over libpng, with libpng's longjmp kept inside C.
//
// libpng reports errors by longjmp, which must never cross a Swift frame. Every call into
// libpng that can fail is therefore made below one function (`guarded`, in guard.c) that holds
// the setjmp; callers see a return value and a message.
#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

/// What libpng had to say: the error that stopped it and the first few warnings.
typedef struct cpng_report {
  char error[256];
  char warnings[8][128];
  int warning_count;
} cpng_report;

/// The start of warning `index`, 0 <= index < warning_count.
const char *cpng_warning(const cpng_report *report, int index);

/// A text entry. The key is Latin-1; the value is Latin-1, or UTF-8 where `utf8` is not 0. Both
/// are zero-terminated, hold no zero byte, and have their lengths in bytes.
typedef struct cpng_text {
  const char *key;
  size_t key_length;
  const char *value;
  size_t value_length;
  int utf8;
} cpng_text;

// Reading ------------------------------------------------------------------------------------

/// A PNG being read from memory. The bytes must outlive it.
typedef struct cpng_reader cpng_reader;

/// Starts reading; NULL where there is no memory left.
cpng_reader *cpng_reader_create(const uint8_t *bytes, size_t count);
void cpng_reader_destroy(cpng_reader *reader);

/// Reads everything before the pixels; 1, or 0 with an error in the report.
/// Allocates nothing that grows with the declared size of the image.
int cpng_read_header(cpng_reader *reader);

/// The size in pixels, known after cpng_read_header.
uint32_t cpng_width(const cpng_reader *reader);
uint32_t cpng_height(const cpng_reader *reader);

/// Bytes of a row of the file's own samples before compression, without the filter byte.
size_t cpng_stored_row_bytes(const cpng_reader *reader);

/// Sets up the conversion to 8-bit samples and fixes the number of channels
/// (1 grey, 2 grey and alpha, 3 RGB, 4 RGBA); 1, or 0 with an error in the report.
int cpng_start(cpng_reader *reader, int *channels);

/// Reads the pixels into width * height * channels bytes, rows from the top, and all that
/// follows them; 1, or 0 with an error in the report.
int cpng_read_pixels(cpng_reader *reader, uint8_t *pixels);

/// The text entries in the order of the file, complete after cpng_read_pixels.
int cpng_text_count(const cpng_reader *reader);
cpng_text cpng_text_at(const cpng_reader *reader, int index);

const cpng_report *cpng_reader_report(const cpng_reader *reader);

// Writing ------------------------------------------------------------------------------------

/// An encoded file in memory.
typedef struct cpng_output {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  cpng_report report;
} cpng_output;

/// Encodes width * height * channels 8-bit samples; 1, or 0 with an error in the report.
/// `level` is zlib's, 0 to 9. Free the output either way.
int cpng_write(
  const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
  const cpng_text *texts, int text_count, int level, cpng_output *output);
void cpng_output_free(cpng_output *output);

/// The version of libpng in use, such as "1.6.39".
const char *cpng_version(void);

#endif
