// Executables by description, one table per thread: a lookup hashes a few words and takes no lock.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

typedef struct {
  uint64_t hash;
  operation operation;
  size_t size;
  void *description;
  executable *executable;
} entry;

/// Open addressing with linear probing; the capacity is a power of two, at most half of it used.
typedef struct {
  entry *entries;
  size_t capacity, count;
} table;

/// Beyond this many shapes a thread starts afresh: a program whose shapes never repeat gains
/// nothing from keeping them.
static const size_t maximum_count = 1024;

static _Thread_local table *current;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(executable *it) {
  if (it->primitive) dnnl_primitive_destroy(it->primitive);
  if (it->reorder) dnnl_primitive_destroy(it->reorder);
  dnnl_memory_t memories[] = {
    it->source, it->weight, it->user_weight, it->bias, it->destination, it->scratchpad,
  };
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
    if (memories[i]) dnnl_memory_destroy(memories[i]);
  }
  free(it);
}

static void clear(table *it) {
  for (size_t i = 0; i < it->capacity; i++) {
    if (!it->entries[i].executable) continue;
    release(it->entries[i].executable);
    free(it->entries[i].description);
  }
  free(it->entries);
  memset(it, 0, sizeof *it);
}

static void destroy_table(void *it) {
  clear(it);
  free(it);
}

static void create_key(void) { pthread_key_create(&key, destroy_table); }

static uint64_t hash_words(operation operation, const void *description, size_t size) {
  const uint64_t *words = description;
  uint64_t hash = 0x9e3779b97f4a7c15u + operation;
  for (size_t i = 0; i < size / sizeof *words; i++) {
    hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

static entry *slot(table *it, uint64_t hash, operation operation, const void *description,
                   size_t size) {
  size_t index = hash & (it->capacity - 1);
  while (it->entries[index].executable) {
    entry *candidate = &it->entries[index];
    if (candidate->hash == hash && candidate->operation == operation && candidate->size == size
        && memcmp(candidate->description, description, size) == 0) {
      return candidate;
    }
    index = (index + 1) & (it->capacity - 1);
  }
  return &it->entries[index];
}

/// Makes room for one entry more; false where memory is out.
static int grow(table *it) {
  if (it->count >= maximum_count) clear(it);
  if (2 * (it->count + 1) <= it->capacity) return 1;
  table larger = {.capacity = it->capacity ? 2 * it->capacity : 64, .count = it->count};
  larger.entries = calloc(larger.capacity, sizeof *larger.entries);
  if (!larger.entries) return 0;
  for (size_t i = 0; i < it->capacity; i++) {
    entry *old = &it->entries[i];
    if (old->executable) {
      *slot(&larger, old->hash, old->operation, old->description, old->size) = *old;
    }
  }
  free(it->entries);
  *it = larger;
  return 1;
}

/// Makes one executable at a time: oneDNN 2.6.3 now and then returns a primitive that computes
/// nonsense when several threads create some at once.
static int make_alone(
  maker make, operation operation, const void *description, executable *result) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  int code = make(operation, description, result);
  pthread_mutex_unlock(&mutex);
  return code;
}

executable *cached(operation operation, const void *description, size_t size, maker make) {
  if (!current) {
    pthread_once(&once, create_key);
    current = calloc(1, sizeof *current);
    if (current) pthread_setspecific(key, current);
  }
  uint64_t hash = hash_words(operation, description, size);
  if (current && current->capacity) {
    entry *found = slot(current, hash, operation, description, size);
    if (found->executable) return found->executable;
  }
  if (!current || !grow(current)) {
    failed(dnnl_out_of_memory, "cache");
    return NULL;
  }
  executable *made = calloc(1, sizeof *made);
  void *copy = malloc(size);
  if (!made || !copy) {
    failed(dnnl_out_of_memory, "cache");
  } else if (make_alone(make, operation, description, made) == dnnl_success) {
    memcpy(copy, description, size);
    *slot(current, hash, operation, description, size) = (entry){
      .hash = hash, .operation = operation, .size = size, .description = copy,
      .executable = made,
    };
    current->count++;
    return made;
  }
  if (made) release(made);
  free(copy);
  return NULL;
}
