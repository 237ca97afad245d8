/* A clock that a test moves, loaded before the C library (LD_PRELOAD).
 *
 * The time of day is later by as many milliseconds as the file says that CLOCK_AHEAD names, a 64-bit number of this machine.
 * How long something takes is measured by other clocks, which stay as they are.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead_ms;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CLOCK_AHEAD");
    if (!path) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead_ms, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) { perror(path); _exit(1); }
    close(file);
    ahead_ms = page;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result || clock != CLOCK_REALTIME || !ahead_ms) return result;
    int64_t ahead = *ahead_ms;
    time->tv_sec += ahead / 1000;
    time->tv_nsec += ahead % 1000 * 1000000;
    if (time->tv_nsec >= 1000000000) { time->tv_sec++; time->tv_nsec -= 1000000000; }
    return 0;
}
