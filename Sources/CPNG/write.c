#include <stdlib.h>
#include <string.h>

#include "guard.h"

typedef struct job {
  png_structp png;
  png_infop info;
  const uint8_t *pixels;
  uint32_t width, height;
  int channels;
  const cpng_text *texts;
  int text_count;
  int level;
  cpng_output *output;
} job;

static void append(png_structp png, png_bytep bytes, size_t count) {
  cpng_output *output = png_get_io_ptr(png);
  if (count > output->capacity - output->count) {
    size_t capacity = output->capacity ? output->capacity : 4096;
    while (capacity - output->count < count) {
      if (capacity > SIZE_MAX / 2) png_error(png, "the encoded image is too large");
      capacity *= 2;
    }
    uint8_t *grown = realloc(output->bytes, capacity);
    if (!grown) png_error(png, "no memory left for the encoded image");
    output->bytes = grown;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static void flush(png_structp png) { (void)png; }

static void write_all(void *context) {
  const job *job = context;
  const png_structp png = job->png;
  static const int types[] = {
    PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_write_fn(png, job->output, append, flush);
  // The caller's size is its own affair: libpng's default limit is a million a side.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(png, job->level);
  png_set_IHDR(
    png, job->info, job->width, job->height, 8, types[job->channels - 1], PNG_INTERLACE_NONE,
    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  for (int i = 0; i < job->text_count; i++) {
    png_text text = {0};
    text.compression =
      job->texts[i].utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    // libpng copies both and changes neither.
    text.key = (png_charp)job->texts[i].key;
    text.text = (png_charp)job->texts[i].value;
    text.text_length = job->texts[i].value_length;
    text.lang = "";
    text.lang_key = "";
    png_set_text(png, job->info, &text, 1);
  }
  png_write_info(png, job->info);
  const size_t row = (size_t)job->width * job->channels;
  for (uint32_t y = 0; y < job->height; y++) png_write_row(png, job->pixels + y * row);
  png_write_end(png, NULL);
}

int cpng_write(
  const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
  const cpng_text *texts, int text_count, int level, cpng_output *output) {
  memset(output, 0, sizeof *output);
  job job = {
    .pixels = pixels, .width = width, .height = height, .channels = channels,
    .texts = texts, .text_count = text_count, .level = level, .output = output};
  job.png = png_create_write_struct(
    PNG_LIBPNG_VER_STRING, &output->report, cpng_on_error, cpng_on_warning);
  if (job.png) job.info = png_create_info_struct(job.png);
  int done = 0;
  if (job.info) {
    done = cpng_guarded(job.png, write_all, &job);
  } else if (!output->report.error[0]) {
    strcpy(output->report.error, "no memory left for libpng");
  }
  png_destroy_write_struct(&job.png, &job.info);
  return done;
}

void cpng_output_free(cpng_output *output) {
  free(output->bytes);
  output->bytes = NULL;
  output->count = output->capacity = 0;
}

const char *cpng_version(void) { return png_get_libpng_ver(NULL); }
