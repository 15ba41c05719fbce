/* The C interface of a model compiled by weft. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include <stdint.h>

#define WEFT_ABI_VERSION 1u

#endif /* WEFT_WEFT_H */
