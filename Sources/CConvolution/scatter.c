#if defined(__x86_64__)
#include "scatter.h"

#include <string.h>

// With few channels, vectors along the result's channels would be mostly empty. Instead every
// pixel of the image is multiplied by all the weights, `patch[(i,j,c)] = y[pixel] w`, in which
// vectors run along (i,j,c), and the patches are added up where they overlap.

typedef struct {
  const cconv_shape *shape;
  const float *output, *weight;
  float *input;
  cconv_epilogue epilogue;
  /// Columns of a patch, (i,j,c), and the floats between patches.
  int columns, width;
  /// Images at a time: their patches take up to half of a level 2 cache of 1 MiB.
  int group;
  float *packed;
  char *own;
  size_t patch_floats, line_floats, own_bytes;
} scatter;

static void plan(const cconv_shape *s, scatter *it) {
  it->shape = s;
  it->columns = s->kernel_height * s->kernel_width * s->input_channels;
  it->width = padded_columns(it->columns);
  size_t pixels = (size_t)s->output_height * s->output_width;
  size_t image_bytes = pixels * it->width * sizeof(float);
  it->group = larger(
    1, smaller(ceiling(s->batch, thread_count()), (int)(512 * 1024 / image_bytes)));
  it->patch_floats = it->group * pixels * it->width;
  int chunks = ceiling(s->input_width + s->padding_width, s->stride_width);
  it->line_floats = aligned((size_t)chunks * s->stride_width * s->input_channels);
  it->own_bytes = (it->patch_floats + it->line_floats) * sizeof(float)
    + (2 * it->group * pixels * sizeof(void *) + 63) / 64 * 64;
}

enum { MAXIMUM_SOURCES = 64 };

int scatter_is_better(const cconv_shape *s) {
  return s->input_channels < LANES
    && ceiling(s->kernel_height, s->stride_height) * ceiling(s->kernel_width, s->stride_width)
    <= MAXIMUM_SOURCES;
}

size_t scatter_workspace(const cconv_shape *shape) {
  scatter it;
  plan(shape, &it);
  return (size_t)shape->output_channels * it.width * sizeof(float)
    + thread_count() * it.own_bytes;
}

/// Weights `[o][c][i][j]` to panels `[o][i][j][c]`.
static void pack(void *context, int thread, int threads) {
  const scatter *it = context;
  const cconv_shape *s = it->shape;
  int window = s->kernel_height * s->kernel_width, channels = s->input_channels, begin, end;
  share(s->output_channels, thread, threads, &begin, &end);
  for (int o = begin; o < end; o++) {
    const float *weight = it->weight + (size_t)o * it->columns;
    for (int panel = 0; panel < it->columns; panel += PANEL) {
      int columns = smaller(PANEL, it->columns - panel), width = padded_columns(columns);
      float *line = it->packed + (size_t)panel * s->output_channels + (size_t)o * width;
      for (int column = 0; column < width; column++) {
        int tap = (panel + column) / channels, channel = (panel + column) % channels;
        line[column] = column < columns ? weight[channel * window + tap] : 0;
      }
    }
  }
}

/// What the patches of one row of pixels add to a row of the result: columns `step * stride` and
/// on of their line of taps, from pixel q to the chunk q + step.
typedef struct {
  const float *from;
  int step, columns;
  __mmask16 mask;
} source;

/// One row of the result from the patches of an image, in chunks `stride` columns wide.
AVX512 static void gather_row(const scatter *it, const float *patches, int row, float *line) {
  const cconv_shape *s = it->shape;
  int channels = s->input_channels, stride = s->stride_width, chunk = stride * channels;
  int first_chunk = s->padding_width / stride, top = row + s->padding_height, count = 0;
  int chunks = ceiling(s->input_width + s->padding_width, stride);
  int steps = ceiling(s->kernel_width, stride);
  source sources[MAXIMUM_SOURCES];
  for (int i = top % s->stride_height; i < s->kernel_height && i <= top; i += s->stride_height) {
    int p = (top - i) / s->stride_height;
    if (p >= s->output_height) continue;
    for (int step = 0; step < steps; step++) {
      sources[count++] = (source){
        .from = patches + (size_t)p * s->output_width * it->width
          + (i * s->kernel_width + step * stride) * channels,
        .step = step,
        .columns = smaller(chunk, s->kernel_width * channels - step * chunk),
      };
    }
  }
  __m512 zero = _mm512_setzero_ps(), slope = _mm512_set1_ps(it->epilogue.slope);
  for (int v = 0; v < chunk; v += LANES) {
    __mmask16 stored = lanes(chunk - v, 0);
    for (int k = 0; k < count; k++) sources[k].mask = lanes(sources[k].columns - v, 0);
    float bias[LANES] = {0};
    for (int k = 0; k < LANES && it->epilogue.bias; k++) {
      bias[k] = it->epilogue.bias[(v + k) % channels];
    }
    __m512 start = _mm512_loadu_ps(bias);
    for (int m = first_chunk; m < chunks; m++) {
      __m512 sum = start;
      for (int k = 0; k < count; k++) {
        int q = m - sources[k].step;
        if (q < 0 || q >= s->output_width) continue;
        const float *from = sources[k].from + (size_t)q * it->width + v;
        sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(sources[k].mask, from));
      }
      __mmask16 negative = _mm512_cmp_ps_mask(sum, zero, _CMP_LT_OQ);
      sum = _mm512_mask_mul_ps(sum, negative, sum, slope);
      _mm512_mask_storeu_ps(line + m * chunk + v, stored, sum);
    }
  }
}

static void spread(void *context, int thread, int threads) {
  const scatter *it = context;
  const cconv_shape *s = it->shape;
  int begin, end, pixels = s->output_height * s->output_width;
  share(s->batch, thread, threads, &begin, &end);
  float *patches = (float *)(it->own + thread * it->own_bytes);
  float *line = patches + it->patch_floats;
  const float **a = (const float **)(line + it->line_floats);
  float **c = (float **)a + (size_t)it->group * pixels;
  for (int first = begin; first < end; first += it->group) {
    int group = smaller(it->group, end - first);
    for (int row = 0; row < group * pixels; row++) {
      a[row] = it->output + ((size_t)first * pixels + row) * s->output_channels;
      c[row] = patches + (size_t)row * it->width;
    }
    for (int panel = 0; panel < it->columns; panel += PANEL) {
      rows rows = {.a = a, .c = c, .c_offset = panel, .run = s->output_channels};
      multiply_panel(
        &rows, group * pixels, smaller(PANEL, it->columns - panel), 1,
        it->packed + (size_t)panel * s->output_channels, (cconv_epilogue){NULL, 1});
    }
    for (int n = 0; n < group; n++) {
      for (int row = 0; row < s->input_height; row++) {
        gather_row(it, patches + (size_t)n * pixels * it->width, row, line);
        size_t to = ((size_t)(first + n) * s->input_height + row) * s->input_width;
        memcpy(
          it->input + to * s->input_channels, line + s->padding_width * s->input_channels,
          (size_t)s->input_width * s->input_channels * sizeof(float));
      }
    }
  }
}

void scatter_transpose(
  const cconv_shape *shape, const float *output, const float *weight, cconv_epilogue epilogue,
  float *input, void *workspace) {
  scatter it;
  plan(shape, &it);
  it.output = output;
  it.weight = weight;
  it.input = input;
  it.epilogue = epilogue;
  it.packed = workspace;
  it.own = (char *)(it.packed + (size_t)shape->output_channels * it.width);
  in_parallel(pack, &it);
  in_parallel(spread, &it);
}

#endif
