#include "include/tk_binary.h"

#include "walk.h"

#define LOOP(expression)                                                                      \
  for (size_t i = 0; i < count; i++) {                                                        \
    int32_t a = first[(ptrdiff_t)i * a_step], b = second[(ptrdiff_t)i * b_step];              \
    target[i] = (expression);                                                                 \
  }                                                                                           \
  break;

static int32_t wrapped(int64_t value) { return (int32_t)(uint32_t)(uint64_t)value; }

static void row(tk_binary_function f, const int32_t *first, ptrdiff_t a_step,
                const int32_t *second, ptrdiff_t b_step, int32_t *target, size_t count) {
  switch (f) {
    case TK_ADD: LOOP(wrapped((int64_t)a + b))
    case TK_SUBTRACT: LOOP(wrapped((int64_t)a - b))
    case TK_MULTIPLY: LOOP(wrapped((int64_t)a * b))
    case TK_MAXIMUM: LOOP(a > b ? a : b)
    case TK_MINIMUM: LOOP(a < b ? a : b)
    case TK_GREATER: LOOP(a > b)
    case TK_GREATER_OR_EQUAL: LOOP(a >= b)
    case TK_EQUAL: LOOP(a == b)
    case TK_DIVIDE: case TK_BINARY_POWER: __builtin_trap();
  }
}

void tk_binary_int32(tk_binary_function f, const int32_t *a, const int32_t *b, int32_t *y,
                     size_t rank, const ptrdiff_t *extents, const ptrdiff_t *a_strides,
                     const ptrdiff_t *b_strides) {
  const ptrdiff_t *strides[] = {a_strides, b_strides};
  tk_walk walk = tk_walk_over(rank, extents, 2, strides);
  size_t rows = tk_walk_rows(&walk, 1), columns = (size_t)walk.extents[0];
  if (rows * columns == 0) return;
  tk_cursor cursor = tk_cursor_at(&walk, 1, 0);
  for (size_t i = 0; i < rows; i++) {
    row(f, a + cursor.offsets[0], walk.strides[0][0], b + cursor.offsets[1], walk.strides[0][1],
        y + i * columns, columns);
    tk_cursor_advance(&walk, 1, &cursor);
  }
}
