/* A plugin that was compiled against a weft of long ago. */
#include <stdint.h>

struct info {
  uint32_t api;
  const char *name, *version;
  void (*add)(void *registry);
};

static void add(void *registry) { __builtin_trap(); }

struct info mlirGetDialectPluginInfo(void) {
  struct info info = {1, "relic", "0.0.1", add};
  return info;
}
