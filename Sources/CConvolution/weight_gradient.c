#if defined(__x86_64__)
#include "kernels.h"
#include "workspace.h"

// The gradient is a product over pixels, `dw[(i,j,c)][o] = sum x[pixel + (i,j)][c] y[pixel][o]`.
// For each tap only the pixels whose patch has the tap inside the image are visited, so nothing
// is padded. Threads divide the rows (i,j,c); each adds up its own in one order.

typedef struct {
  const cconv_shape *shape;
  const float *input, *output;
  float *weight;
  /// Images at a time, or where one has more than PIXELS pixels, its rows at a time.
  int group, rows;
  /// The gradient as panels `[i][j][c][o]`, then each thread's lines of y.
  float *panels, *own;
  size_t own_floats;
} gradient;

enum {
  /// Pixels of y that are gathered at a time: 32 KiB a panel, to stay in the level 1 cache.
  PIXELS = 128,
  ROWS = 6,
};

static int patch_size(const cconv_shape *s) {
  return s->kernel_height * s->kernel_width * s->input_channels;
}

static void plan(const cconv_shape *s, gradient *it) {
  it->shape = s;
  it->rows = smaller(s->output_height, larger(1, PIXELS / s->output_width));
  it->group = smaller(s->batch, larger(1, PIXELS / (s->output_height * s->output_width)));
  it->own_floats = aligned((size_t)it->group * it->rows * s->output_width * PANEL);
}

static size_t panel_floats(const cconv_shape *s) {
  return (size_t)patch_size(s) * padded_columns(s->output_channels);
}

size_t weight_gradient_workspace(const cconv_shape *shape) {
  gradient it;
  plan(shape, &it);
  return (panel_floats(shape) + thread_count() * it.own_floats) * sizeof(float);
}

/// The pixels at which a tap falls into the image.
static void inside(
  int tap, int input, int output, int stride, int padding, int *begin, int *end) {
  *begin = larger(0, ceiling(larger(0, padding - tap), stride));
  int last = input - 1 + padding - tap;
  *end = last < 0 ? *begin : larger(*begin, smaller(output, last / stride + 1));
}

/// The rectangle of pixels that a tap visits in each image of a group.
typedef struct {
  /// The first pixel's element of x and line of y, and the distances between neighbours.
  const float *x, *y;
  ptrdiff_t x_image, x_row, x_column, y_image, y_row, y_column;
  int images, height, width;
} visit;

INLINE_AVX512 void add_block(
  const int R, const int V, const visit *at, float *to, int accumulate) {
  __m512 sum[ROWS][4];
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      float *line = to + (r * V + v) * LANES;
      sum[r][v] = accumulate ? _mm512_load_ps(line) : _mm512_setzero_ps();
    }
  }
  for (int n = 0; n < at->images; n++) {
    for (int p = 0; p < at->height; p++) {
      const float *x = at->x + n * at->x_image + p * at->x_row;
      const float *y = at->y + n * at->y_image + p * at->y_row;
      for (int q = 0; q < at->width; q++) {
        __m512 line[4];
        UNROLL
        for (int v = 0; v < V; v++) line[v] = _mm512_load_ps(y + v * LANES);
        UNROLL
        for (int r = 0; r < R; r++) {
          __m512 element = _mm512_set1_ps(x[r]);
          UNROLL
          for (int v = 0; v < V; v++) sum[r][v] = _mm512_fmadd_ps(element, line[v], sum[r][v]);
        }
        x += at->x_column;
        y += V * LANES;
      }
    }
  }
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) _mm512_store_ps(to + (r * V + v) * LANES, sum[r][v]);
  }
}

#define BLOCK(R, V)                                                               \
  AVX512 static void block_##R##_##V(const visit *at, float *to, int accumulate) { \
    add_block(R, V, at, to, accumulate);                                          \
  }
#define BLOCKS(R) BLOCK(R, 1) BLOCK(R, 2) BLOCK(R, 3) BLOCK(R, 4)
BLOCKS(1) BLOCKS(2) BLOCKS(3) BLOCKS(4) BLOCKS(5) BLOCKS(6)

typedef void (*block)(const visit *, float *, int);
#define ROW(R) {block_##R##_1, block_##R##_2, block_##R##_3, block_##R##_4}
static const block blocks[ROWS][4] = {ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6)};

/// The lines of y of one panel, one after the other, filled up to whole vectors.
AVX512 static void gather(const float *y, int pixels, int stride, int columns, float *to) {
  int vectors = ceiling(columns, LANES);
  for (int i = 0; i < pixels; i++, y += stride) {
    for (int v = 0; v < vectors; v++, to += LANES) {
      _mm512_store_ps(to, _mm512_maskz_loadu_ps(lanes(columns, v), y + v * LANES));
    }
  }
}

/// Adds what the gathered lines of y, `rows` rows from `first_row` on in each of `group` images
/// from `first` on, contribute to the thread's jobs: six channels of one tap each.
static void add_jobs(
  const gradient *it, int begin, int end, int first, int group, int first_row, int rows,
  const float *lines, int width, float *result) {
  const cconv_shape *s = it->shape;
  int channels = s->input_channels, jobs_per_tap = ceiling(channels, ROWS);
  size_t image = (size_t)s->input_height * s->input_width * channels;
  for (int job = begin; job < end; job++) {
    int tap = job / jobs_per_tap, channel = job % jobs_per_tap * ROWS;
    int i = tap / s->kernel_width, j = tap % s->kernel_width;
    int top, bottom, left, right;
    inside(i, s->input_height, s->output_height, s->stride_height, s->padding_height, &top, &bottom);
    inside(j, s->input_width, s->output_width, s->stride_width, s->padding_width, &left, &right);
    top = larger(top, first_row);
    bottom = larger(top, smaller(bottom, first_row + rows));
    ptrdiff_t row = top * s->stride_height + i - s->padding_height;
    ptrdiff_t column = left * s->stride_width + j - s->padding_width;
    visit at = {
      .x = it->input + first * image + (row * s->input_width + column) * channels + channel,
      .y = lines + ((size_t)(top - first_row) * s->output_width + left) * width,
      .x_image = image,
      .x_row = (ptrdiff_t)s->stride_height * s->input_width * channels,
      .x_column = (ptrdiff_t)s->stride_width * channels,
      .y_image = (ptrdiff_t)rows * s->output_width * width,
      .y_row = (ptrdiff_t)s->output_width * width,
      .images = group, .height = bottom - top, .width = right - left,
    };
    int count = smaller(ROWS, channels - channel);
    blocks[count - 1][width / LANES - 1](
      &at, result + (size_t)(tap * channels + channel) * width, first > 0 || first_row > 0);
  }
}

static void add(void *context, int thread, int threads) {
  const gradient *it = context;
  const cconv_shape *s = it->shape;
  int outputs = s->output_channels, begin, end;
  int jobs = s->kernel_height * s->kernel_width * ceiling(s->input_channels, ROWS);
  share(jobs, thread, threads, &begin, &end);
  if (begin == end) return;
  float *lines = it->own + thread * it->own_floats;
  for (int panel = 0; panel < outputs; panel += PANEL) {
    int columns = smaller(PANEL, outputs - panel), width = padded_columns(columns);
    for (int first = 0; first < s->batch; first += it->group) {
      int group = smaller(it->group, s->batch - first);
      for (int row = 0; row < s->output_height; row += it->rows) {
        int rows = smaller(it->rows, s->output_height - row), pixels = rows * s->output_width;
        for (int n = 0; n < group; n++) {
          size_t pixel = ((size_t)(first + n) * s->output_height + row) * s->output_width;
          gather(
            it->output + pixel * outputs + panel, pixels, outputs, columns,
            lines + (size_t)n * pixels * width);
        }
        add_jobs(
          it, begin, end, first, group, row, rows, lines, width,
          it->panels + (size_t)panel * patch_size(s));
      }
    }
  }
}

/// Panels `[i][j][c][o]` to weights `[o][c][i][j]`.
static void unpack(void *context, int thread, int threads) {
  const gradient *it = context;
  const cconv_shape *s = it->shape;
  int size = patch_size(s), window = s->kernel_height * s->kernel_width, begin, end;
  share(ceiling(size, LANES), thread, threads, &begin, &end);
  for (int first = 0; first < s->output_channels; first += LANES) {
    int panel = first / PANEL * PANEL;
    int width = padded_columns(smaller(PANEL, s->output_channels - panel));
    const float *base = it->panels + (size_t)panel * size + (first - panel);
    int outputs = smaller(LANES, s->output_channels - first);
    for (int tile = begin; tile < end; tile++) {
      int start = tile * LANES, count = smaller(LANES, size - start);
      const float *from[LANES];
      float *to[LANES];
      for (int j = 0; j < count; j++) {
        int channel = (start + j) / window, tap = (start + j) % window;
        from[j] = base + (size_t)(tap * s->input_channels + channel) * width;
      }
      for (int i = 0; i < outputs; i++) to[i] = it->weight + (size_t)(first + i) * size + start;
      transpose_tile(from, to, outputs, count, 0);
    }
  }
}

void cconv_weight_gradient(
  const cconv_shape *shape, const float *input, const float *output, float *weight,
  void *workspace) {
  gradient it;
  plan(shape, &it);
  it.input = input;
  it.output = output;
  it.weight = weight;
  it.panels = workspace;
  it.own = it.panels + panel_floats(shape);
  in_parallel(add, &it);
  in_parallel(unpack, &it);
}

#endif
