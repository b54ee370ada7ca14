#if defined(__x86_64__)
#include "padding.h"
#include "scatter.h"
#include "workspace.h"

// The pixels of the result fall into stride x stride phases; within a phase the same taps of the
// kernel meet the image, so a phase is a convolution of stride 1 with every stride-th tap,
// turned round.

enum { MAXIMUM_STRIDE = 16 };

/// The phases of one direction, each a count of result pixels, taps, and where they lie.
typedef struct {
  int phases;
  struct {
    /// First result pixel, how many there are `stride` apart, and the first of the kernel's taps.
    int start, pixels, tap, taps;
    /// The lowest image pixel that the first result pixel reads; may be negative.
    int lowest;
  } at[MAXIMUM_STRIDE];
  /// What lies before and behind the image that some phase reads.
  int before, behind;
} direction;

static direction divide(int input, int output, int kernel, int stride, int padding) {
  direction it = {.phases = stride};
  for (int tap = 0; tap < stride; tap++) {
    int start = ((tap - padding) % stride + stride) % stride;
    int taps = ceiling(kernel - tap, stride);
    int pixels = start < input ? (input - 1 - start) / stride + 1 : 0;
    int lowest = (start + padding) / stride - (taps - 1);
    it.at[tap].start = start;
    it.at[tap].pixels = pixels;
    it.at[tap].tap = tap;
    it.at[tap].taps = taps;
    it.at[tap].lowest = lowest;
    it.before = larger(it.before, -lowest);
    it.behind = larger(it.behind, lowest + taps - 1 + pixels - 1 - (output - 1));
  }
  return it;
}

typedef struct {
  const cconv_shape *shape;
  const float *output, *weight;
  float *input;
  cconv_epilogue epilogue;
  direction rows, columns;
  padding padding;
  int group;
  float *packed;
  char *own;
  size_t own_bytes;
} transpose;

static void plan(const cconv_shape *s, transpose *it) {
  it->shape = s;
  it->rows = divide(
    s->input_height, s->output_height, s->kernel_height, s->stride_height, s->padding_height);
  it->columns = divide(
    s->input_width, s->output_width, s->kernel_width, s->stride_width, s->padding_width);
  it->padding = (padding){
    .height = s->output_height, .width = s->output_width, .channels = s->output_channels,
    .top = it->rows.before, .left = it->columns.before,
    .padded_height = it->rows.before + s->output_height + it->rows.behind,
    .padded_width = it->columns.before + s->output_width + it->columns.behind,
  };
  it->group = images_at_a_time(&it->padding, ceiling(s->batch, thread_count()));
  size_t pixels = (size_t)it->group * ceiling(s->input_height, s->stride_height)
    * ceiling(s->input_width, s->stride_width);
  it->own_bytes = aligned(it->group * padded_floats(&it->padding)) * sizeof(float)
    + (2 * pixels * sizeof(void *) + 63) / 64 * 64;
}

static size_t packed_floats(const cconv_shape *s) {
  return (size_t)s->kernel_height * s->kernel_width * s->output_channels
    * padded_columns(s->input_channels);
}

size_t transpose_workspace(const cconv_shape *shape) {
  if (scatter_is_better(shape)) return scatter_workspace(shape);
  transpose it;
  plan(shape, &it);
  return packed_floats(shape) * sizeof(float) + thread_count() * it.own_bytes;
}

/// Where the packed weights of a phase begin: its panels are `[i][j][o][c]`, taps turned round.
static float *phase_weights(const transpose *it, int row, int column) {
  size_t taps = 0;
  for (int i = 0; i <= row; i++) {
    for (int j = 0; j < (i < row ? it->columns.phases : column); j++) {
      taps += (size_t)it->rows.at[i].taps * it->columns.at[j].taps;
    }
  }
  const cconv_shape *s = it->shape;
  return it->packed + taps * s->output_channels * padded_columns(s->input_channels);
}

/// Weights `[o][c][i][j]` to the panels of the phases.
static void pack(void *context, int thread, int threads) {
  const transpose *it = context;
  const cconv_shape *s = it->shape;
  int window = s->kernel_height * s->kernel_width, begin, end;
  share(s->output_channels, thread, threads, &begin, &end);
  for (int first_tap = 0; first_tap < window; first_tap += LANES) {
    int taps = smaller(LANES, window - first_tap);
    // For each tap: its phase's weights, the place of its line for o = 0, the lines of a panel.
    float *phase[LANES];
    size_t line[LANES], lines[LANES];
    for (int t = 0; t < taps; t++) {
      int i = (first_tap + t) / s->kernel_width, j = (first_tap + t) % s->kernel_width;
      int row = i % s->stride_height, column = j % s->stride_width;
      int rows = it->rows.at[row].taps, columns = it->columns.at[column].taps;
      int turned_i = rows - 1 - i / s->stride_height;
      int turned_j = columns - 1 - j / s->stride_width;
      phase[t] = phase_weights(it, row, column);
      line[t] = (size_t)(turned_i * columns + turned_j) * s->output_channels;
      lines[t] = (size_t)rows * columns * s->output_channels;
    }
    for (int o = begin; o < end; o++) {
      for (int c = 0; c < s->input_channels; c += LANES) {
        int panel = c / PANEL * PANEL, count = smaller(LANES, s->input_channels - c);
        int width = padded_columns(smaller(PANEL, s->input_channels - panel));
        const float *from[LANES];
        float *to[LANES];
        for (int j = 0; j < count; j++) {
          from[j] =
            it->weight + ((size_t)o * s->input_channels + c + j) * window + first_tap;
        }
        for (int t = 0; t < taps; t++) {
          to[t] = phase[t] + panel * lines[t] + (line[t] + o) * width + (c - panel);
        }
        transpose_tile(from, to, taps, count, 1);
      }
    }
  }
}

static void spread(void *context, int thread, int threads) {
  const transpose *it = context;
  const cconv_shape *s = it->shape;
  const padding *p = &it->padding;
  int begin, end, channels = s->input_channels;
  share(s->batch, thread, threads, &begin, &end);
  float *images = (float *)(it->own + thread * it->own_bytes);
  const float **a = (const float **)(images + aligned(it->group * padded_floats(p)));
  float **c = (float **)a
    + (size_t)it->group * ceiling(s->input_height, s->stride_height)
      * ceiling(s->input_width, s->stride_width);
  size_t line = (size_t)p->padded_width * p->channels;
  for (int first = begin; first < end; first += it->group) {
    int group = smaller(it->group, end - first);
    for (int n = 0; n < group; n++) {
      pad_image(
        p, it->output + (first + n) * image_floats(p), images + n * padded_floats(p));
    }
    for (int i = 0; i < it->rows.phases; i++) {
      for (int j = 0; j < it->columns.phases; j++) {
        int row = 0;
        for (int n = 0; n < group; n++) {
          const float *image = images + n * padded_floats(p)
            + (it->rows.at[i].lowest + p->top) * line
            + (size_t)(it->columns.at[j].lowest + p->left) * p->channels;
          float *result =
            it->input + (size_t)(first + n) * s->input_height * s->input_width * channels;
          for (int y = 0; y < it->rows.at[i].pixels; y++) {
            size_t result_row = it->rows.at[i].start + (size_t)y * s->stride_height;
            for (int x = 0; x < it->columns.at[j].pixels; x++, row++) {
              size_t column = it->columns.at[j].start + (size_t)x * s->stride_width;
              a[row] = image + y * line + (size_t)x * p->channels;
              c[row] = result + (result_row * s->input_width + column) * channels;
            }
          }
        }
        size_t lines =
          (size_t)it->rows.at[i].taps * it->columns.at[j].taps * s->output_channels;
        for (int panel = 0; panel < channels; panel += PANEL) {
          rows rows = {
            .a = a, .c = c, .c_offset = panel, .pitch = line,
            .run = it->columns.at[j].taps * s->output_channels,
          };
          multiply_panel(
            &rows, row, smaller(PANEL, channels - panel), it->rows.at[i].taps,
            phase_weights(it, i, j) + panel * lines, it->epilogue);
        }
      }
    }
  }
}

void cconv_transpose(
  const cconv_shape *shape, const float *output, const float *weight, cconv_epilogue epilogue,
  float *input, void *workspace) {
  if (scatter_is_better(shape)) {
    scatter_transpose(shape, output, weight, epilogue, input, workspace);
    return;
  }
  transpose it;
  plan(shape, &it);
  it.output = output;
  it.weight = weight;
  it.input = input;
  it.epilogue = epilogue;
  it.packed = workspace;
  it.own = (char *)(it.packed + packed_floats(shape));
  in_parallel(pack, &it);
  in_parallel(spread, &it);
}

#endif
