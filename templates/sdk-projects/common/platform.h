/** What the TLS client needs of the SDK; each SDK's main file has it. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/** Milliseconds since the start. */
uint32_t platform_ms(void);

/** Bytes of heap that are free. */
size_t platform_free_heap(void);

/** Bytes of this task's stack that were never used. */
size_t platform_free_stack(void);

/** Bytes of stack that the task was made with. */
size_t platform_stack_size(void);

/** Connects with TLS and says how it ended; for a task of its own, once there is an address. */
void client_run(void);

#endif
