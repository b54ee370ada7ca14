#if defined(__x86_64__)
#include "kernels.h"

// MARK: Threads

extern void GOMP_parallel(void (*)(void *), void *, unsigned, unsigned);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);

typedef struct {
  void (*body)(void *, int, int);
  void *context;
} task;

static void run_task(void *argument) {
  task *it = argument;
  it->body(it->context, omp_get_thread_num(), omp_get_num_threads());
}

void in_parallel(void (*body)(void *, int, int), void *context) {
  task it = {body, context};
  GOMP_parallel(run_task, &it, 0, 0);
}

int thread_count(void) { return omp_get_max_threads(); }

// MARK: Rows times a panel

/// R rows and V vectors of the result in registers; with R and V constant all loops unroll.
INLINE_AVX512 void multiply_block(
  const int R, const int V, const rows *at, int columns, int segments, const float *b,
  int accumulate) {
  const int run = at->run;
  __m512 sum[MAXIMUM_ROWS][4];
  const float *a[MAXIMUM_ROWS];
  UNROLL
  for (int r = 0; r < R; r++) {
    a[r] = at->a[r] + at->a_offset;
    UNROLL
    for (int v = 0; v < V; v++) sum[r][v] = _mm512_setzero_ps();
  }
  for (int segment = 0; segment < segments; segment++) {
    for (int k = 0; k < run; k++) {
      __m512 line[4];
      UNROLL
      for (int v = 0; v < V; v++) line[v] = _mm512_loadu_ps(b + v * LANES);
      b += V * LANES;
      UNROLL
      for (int r = 0; r < R; r++) {
        __m512 element = _mm512_set1_ps(a[r][k]);
        UNROLL
        for (int v = 0; v < V; v++) sum[r][v] = _mm512_fmadd_ps(element, line[v], sum[r][v]);
      }
    }
    UNROLL
    for (int r = 0; r < R; r++) a[r] += at->pitch;
  }
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      __mmask16 mask = v < V - 1 ? 0xffff : lanes(columns, v);
      float *to = at->c[r] + at->c_offset + v * LANES;
      if (accumulate) sum[r][v] = _mm512_add_ps(sum[r][v], _mm512_maskz_loadu_ps(mask, to));
      _mm512_mask_storeu_ps(to, mask, sum[r][v]);
    }
  }
}

#define BLOCK(R, V)                                                                         \
  AVX512 static void block_##R##_##V(                                                       \
    const rows *at, int columns, int segments, const float *b, int accumulate) {            \
    multiply_block(R, V, at, columns, segments, b, accumulate);                             \
  }
#define BLOCKS(R) BLOCK(R, 1) BLOCK(R, 2) BLOCK(R, 3) BLOCK(R, 4)
BLOCKS(1) BLOCKS(2) BLOCKS(3) BLOCKS(4) BLOCKS(5) BLOCKS(6)

typedef void (*block)(const rows *, int, int, const float *, int);
#define ROW(R) {block_##R##_1, block_##R##_2, block_##R##_3, block_##R##_4}
static const block blocks[MAXIMUM_ROWS][4] = {ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6)};

AVX512 static void finish_rows(
  const rows *at, int count, int columns, const float *bias, float slope) {
  __m512 zero = _mm512_setzero_ps(), factor = _mm512_set1_ps(slope);
  for (int v = 0; v * LANES < columns; v++) {
    __mmask16 mask = lanes(columns, v);
    __m512 shift = bias ? _mm512_maskz_loadu_ps(mask, bias + v * LANES) : zero;
    for (int r = 0; r < count; r++) {
      float *to = at->c[r] + at->c_offset + v * LANES;
      __m512 x = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, to), shift);
      x = _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, zero, _CMP_LT_OQ), x, factor);
      _mm512_mask_storeu_ps(to, mask, x);
    }
  }
}

void multiply_panel(
  const rows *all, int count, int columns, int segments, const float *b,
  cconv_epilogue epilogue) {
  int width = padded_columns(columns);
  int per_block = larger(1, (int)(BLOCK_BYTES / sizeof(float) / ((size_t)all->run * width)));
  for (int first = 0; first < segments; first += per_block) {
    int some = smaller(per_block, segments - first), is_last = first + some == segments;
    rows at = *all;
    at.a_offset += first * all->pitch;
    for (int row = 0; row < count; row += MAXIMUM_ROWS) {
      int r = smaller(MAXIMUM_ROWS, count - row);
      at.a = all->a + row;
      at.c = all->c + row;
      blocks[r - 1][width / LANES - 1](&at, columns, some, b, first > 0);
      if (is_last && (epilogue.bias || epilogue.slope != 1)) {
        const float *bias = epilogue.bias ? epilogue.bias + all->c_offset : NULL;
        finish_rows(&at, r, columns, bias, epilogue.slope);
      }
    }
    b += (size_t)some * all->run * width;
  }
}

// MARK: Tiles

AVX512 void transpose_tile(
  const float *const *from, float *const *to, int rows, int columns, int fill) {
  __m512 x[16], y[16];
  __mmask16 mask = lanes(rows, 0);
  for (int j = 0; j < 16; j++) {
    x[j] = j < columns ? _mm512_maskz_loadu_ps(mask, from[j]) : _mm512_setzero_ps();
  }
  // Pairs of 1, 2, 4 and 8 elements change places, as in a fast Fourier transform.
  for (int j = 0; j < 16; j += 2) {
    y[j] = _mm512_unpacklo_ps(x[j], x[j + 1]);
    y[j + 1] = _mm512_unpackhi_ps(x[j], x[j + 1]);
  }
  for (int j = 0; j < 16; j += 4) {
    for (int h = 0; h < 2; h++) {
      __m512d a = _mm512_castps_pd(y[j + h]), b = _mm512_castps_pd(y[j + h + 2]);
      x[j + 2 * h] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
      x[j + 2 * h + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
    }
  }
  for (int half = 0; half < 16; half += 8) {
    for (int j = 0; j < 4; j++) {
      y[half + j] = _mm512_shuffle_f32x4(x[half + j], x[half + j + 4], 0x88);
      y[half + j + 4] = _mm512_shuffle_f32x4(x[half + j], x[half + j + 4], 0xdd);
    }
  }
  for (int j = 0; j < 8; j++) {
    x[j] = _mm512_shuffle_f32x4(y[j], y[j + 8], 0x88);
    x[j + 8] = _mm512_shuffle_f32x4(y[j], y[j + 8], 0xdd);
  }
  __mmask16 stored = fill ? 0xffff : lanes(columns, 0);
  for (int i = 0; i < rows; i++) _mm512_mask_storeu_ps(to[i], stored, x[i]);
}

#endif
