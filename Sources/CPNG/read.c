#include <stdlib.h>
#include <string.h>

#include "guard.h"

struct cpng_reader {
  png_structp png;
  png_infop info;
  const uint8_t *next;
  size_t left;
  png_bytep pixels;
  png_bytepp rows;
  cpng_report report;
};

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  if (count > reader->left) png_error(png, "the data end too early");
  memcpy(destination, reader->next, count);
  reader->next += count;
  reader->left -= count;
}

cpng_reader *cpng_reader_create(const uint8_t *bytes, size_t count) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->next = bytes;
  reader->left = count;
  reader->png = png_create_read_struct(
    PNG_LIBPNG_VER_STRING, &reader->report, cpng_on_error, cpng_on_warning);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    cpng_reader_destroy(reader);
    return NULL;
  }
  return reader;
}

void cpng_reader_destroy(cpng_reader *reader) {
  if (!reader) return;
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader->rows);
  free(reader);
}

static void read_header(void *context) {
  cpng_reader *reader = context;
  png_set_read_fn(reader->png, reader, read_bytes);
  // The caller compares the size with its own limits, and can then say what they are.
  png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(reader->png, reader->info);
}

int cpng_read_header(cpng_reader *reader) {
  return cpng_guarded(reader->png, read_header, reader);
}

uint32_t cpng_width(const cpng_reader *reader) {
  return png_get_image_width(reader->png, reader->info);
}

uint32_t cpng_height(const cpng_reader *reader) {
  return png_get_image_height(reader->png, reader->info);
}

size_t cpng_stored_row_bytes(const cpng_reader *reader) {
  const png_structp png = reader->png;
  const size_t bits = (size_t)png_get_channels(png, reader->info) *
    png_get_bit_depth(png, reader->info) * cpng_width(reader);
  return bits / 8 + (bits % 8 != 0);
}

static void start(void *context) {
  cpng_reader *reader = context;
  // Palette to RGB, tRNS to alpha, 1, 2 and 4 bits to 8; 16 bits to 8 by rounding v / 257.
  png_set_expand(reader->png);
  png_set_scale_16(reader->png);
  png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
}

int cpng_start(cpng_reader *reader, int *channels) {
  if (!cpng_guarded(reader->png, start, reader)) return 0;
  *channels = png_get_channels(reader->png, reader->info);
  return 1;
}

static void read_pixels(void *context) {
  cpng_reader *reader = context;
  const size_t row = png_get_rowbytes(reader->png, reader->info);
  const uint32_t height = cpng_height(reader);
  for (uint32_t y = 0; y < height; y++) reader->rows[y] = reader->pixels + y * row;
  png_read_image(reader->png, reader->rows);
  png_read_end(reader->png, reader->info);
}

int cpng_read_pixels(cpng_reader *reader, uint8_t *pixels) {
  reader->pixels = pixels;
  reader->rows = calloc(cpng_height(reader), sizeof *reader->rows);
  if (!reader->rows) {
    strcpy(reader->report.error, "no memory left for its rows");
    return 0;
  }
  return cpng_guarded(reader->png, read_pixels, reader);
}

int cpng_text_count(const cpng_reader *reader) {
  return png_get_text(reader->png, reader->info, NULL, NULL);
}

cpng_text cpng_text_at(const cpng_reader *reader, int index) {
  png_textp texts = NULL;
  png_get_text(reader->png, reader->info, &texts, NULL);
  const png_text text = texts[index];
  const int utf8 = text.compression >= PNG_ITXT_COMPRESSION_NONE;
  return (cpng_text){
    .key = text.key,
    .key_length = strlen(text.key),
    .value = text.text ? text.text : "",
    .value_length = text.text ? strlen(text.text) : 0,
    .utf8 = utf8,
  };
}

const cpng_report *cpng_reader_report(const cpng_reader *reader) {
  return &reader->report;
}
