#include "report.h"

#include "heap.h"
#include "log.h"
#include "stack.h"

int report(const char *call, int code)
{
    if (code < 0) {
        log_line('E', "tls", "%s returned -0x%4x (%d)", call, -code, code);
    } else {
        log_line('I', "tls", "%s returned %d", call, code);
    }
    return code;
}

void report_heap(const char *call)
{
    struct heap_usage heap = heap_usage();
    log_line('I', "heap", "after %s used %u peak %u free %u", call, heap.used, heap.peak, heap.total - heap.used);
}

void report_memory(void)
{
    struct heap_usage heap = heap_usage();
    log_line('I', "heap", "peak %u of %u", heap.peak, heap.total);
    size_t deepest = stack_peak();
    log_line(deepest < stack_total() ? 'I' : 'E', "stack", "peak %u of %u", deepest, stack_total());
}
