/*
 * Modem lines for ptys, which have none: loaded with LD_PRELOAD, it answers the ioctls of tty_ioctl(4) that a pty
 * refuses, as a USB bridge's driver would, and writes every change to the file that MODEM_LINES_LOG names.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The kernel asserts both when a port is opened. */
static int lines = TIOCM_DTR | TIOCM_RTS;
static int flags;

static void note(const char *text)
{
    const char *path = getenv("MODEM_LINES_LOG");
    int log = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return;
    (void)!write(log, text, strlen(text));
    close(log);
}

int ioctl(int fd, unsigned long request, ...)
{
    static int (*real)(int, unsigned long, void *);
    char text[64];
    va_list list;
    void *argument;
    int result;

    va_start(list, request);
    argument = va_arg(list, void *);
    va_end(list);
    if (real == NULL) real = (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
    result = real(fd, request, argument);
    if (result == 0 || errno != ENOTTY || !isatty(fd)) return result;

    switch (request) {
    case TIOCMGET:
        *(int *)argument = lines;
        return 0;
    case TIOCMSET:
        lines = *(int *)argument;
        snprintf(text, sizeof text, "dtr=%d rts=%d\n", !!(lines & TIOCM_DTR), !!(lines & TIOCM_RTS));
        note(text);
        return 0;
    case TIOCSBRK:
    case TIOCCBRK:
        return 0;
    case TIOCGSERIAL:
        memset(argument, 0, sizeof(struct serial_struct));
        ((struct serial_struct *)argument)->flags = flags;
        return 0;
    case TIOCSSERIAL:
        if (flags != ((struct serial_struct *)argument)->flags) note("low latency changed\n");
        flags = ((struct serial_struct *)argument)->flags;
        return 0;
    default:
        errno = ENOTTY;
        return -1;
    }
}
