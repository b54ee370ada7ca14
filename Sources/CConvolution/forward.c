#if defined(__x86_64__)
#include "padding.h"
#include "workspace.h"

typedef struct {
  const cconv_shape *shape;
  const float *input, *weight;
  float *output;
  cconv_epilogue epilogue;
  padding padding;
  /// Images at a time, and the parts of the workspace: packed weights, then each thread's rows.
  int group;
  float *packed;
  char *own;
  size_t own_bytes;
} forward;

static int patch_size(const cconv_shape *s) {
  return s->kernel_height * s->kernel_width * s->input_channels;
}

static void plan(const cconv_shape *s, forward *it) {
  it->shape = s;
  it->padding = (padding){
    .height = s->input_height, .width = s->input_width, .channels = s->input_channels,
    .top = s->padding_height, .left = s->padding_width,
    .padded_height = (s->output_height - 1) * s->stride_height + s->kernel_height,
    .padded_width = (s->output_width - 1) * s->stride_width + s->kernel_width,
  };
  it->group = images_at_a_time(&it->padding, ceiling(s->batch, thread_count()));
  size_t pixels = (size_t)it->group * s->output_height * s->output_width;
  size_t image = needs_no_copy(&it->padding) ? 0 : it->group * padded_floats(&it->padding);
  it->own_bytes = aligned(image) * sizeof(float) + (2 * pixels * sizeof(void *) + 63) / 64 * 64;
}

static size_t packed_floats(const cconv_shape *s) {
  return (size_t)patch_size(s) * padded_columns(s->output_channels);
}

size_t forward_workspace(const cconv_shape *shape) {
  forward it;
  plan(shape, &it);
  return packed_floats(shape) * sizeof(float) + thread_count() * it.own_bytes;
}

/// Weights `[o][c][i][j]` to panels `[i][j][c][o]`.
static void pack(void *context, int thread, int threads) {
  const forward *it = context;
  const cconv_shape *s = it->shape;
  int size = patch_size(s), window = s->kernel_height * s->kernel_width, begin, end;
  share(ceiling(size, LANES), thread, threads, &begin, &end);
  for (int first = 0; first < s->output_channels; first += LANES) {
    int panel = first / PANEL * PANEL;
    int width = padded_columns(smaller(PANEL, s->output_channels - panel));
    float *base = it->packed + (size_t)panel * size + (first - panel);
    int columns = smaller(LANES, s->output_channels - first);
    for (int tile = begin; tile < end; tile++) {
      int start = tile * LANES, count = smaller(LANES, size - start);
      const float *from[LANES];
      float *to[LANES];
      for (int j = 0; j < columns; j++) from[j] = it->weight + (size_t)(first + j) * size + start;
      for (int i = 0; i < count; i++) {
        int channel = (start + i) / window, tap = (start + i) % window;
        to[i] = base + (size_t)(tap * s->input_channels + channel) * width;
      }
      transpose_tile(from, to, count, columns, 1);
    }
  }
}

static void convolve(void *context, int thread, int threads) {
  const forward *it = context;
  const cconv_shape *s = it->shape;
  const padding *p = &it->padding;
  int begin, end, copies = !needs_no_copy(p);
  share(s->batch, thread, threads, &begin, &end);
  float *images = (float *)(it->own + thread * it->own_bytes);
  const float **a = (const float **)(images + aligned(copies ? it->group * padded_floats(p) : 0));
  int pixels = s->output_height * s->output_width;
  float **c = (float **)(a + (size_t)it->group * pixels);
  int line = (copies ? p->padded_width : p->width) * p->channels;
  for (int first = begin; first < end; first += it->group) {
    int group = smaller(it->group, end - first), row = 0;
    for (int n = 0; n < group; n++) {
      const float *image = it->input + (first + n) * image_floats(p);
      if (copies) {
        float *copy = images + n * padded_floats(p);
        pad_image(p, image, copy);
        image = copy;
      }
      float *result = it->output + (size_t)(first + n) * pixels * s->output_channels;
      for (int y = 0; y < s->output_height; y++) {
        for (int x = 0; x < s->output_width; x++, row++, result += s->output_channels) {
          a[row] = image + (size_t)y * s->stride_height * line + x * s->stride_width * p->channels;
          c[row] = result;
        }
      }
    }
    for (int panel = 0; panel < s->output_channels; panel += PANEL) {
      rows rows = {
        .a = a, .c = c, .c_offset = panel, .pitch = line,
        .run = s->kernel_width * s->input_channels,
      };
      multiply_panel(
        &rows, row, smaller(PANEL, s->output_channels - panel), s->kernel_height,
        it->packed + (size_t)panel * patch_size(s), it->epilogue);
    }
  }
}

void cconv_forward(
  const cconv_shape *shape, const float *input, const float *weight, cconv_epilogue epilogue,
  float *output, void *workspace) {
  forward it;
  plan(shape, &it);
  it.input = input;
  it.weight = weight;
  it.output = output;
  it.epilogue = epilogue;
  it.packed = workspace;
  it.own = (char *)(it.packed + packed_floats(shape));
  in_parallel(pack, &it);
  in_parallel(convolve, &it);
}

#endif
