/* A disk that fails when it is told to, loaded before the C library (LD_PRELOAD).
 *
 * While the file that DISK_FAULT names is there, it says what fails: `OPERATION ERRNO ENDING`, as in `fsync 5 -wal`.
 * OPERATION is `write`, `fsync` or `truncate`; only files whose path ends with ENDING are concerned.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *operation, int fd) {
    int before = errno;
    char told[128], which[16], ending[64], link[64], path[512];
    const char *fault = getenv("DISK_FAULT");
    int code, file = fault ? (int)syscall(SYS_openat, AT_FDCWD, fault, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) { errno = before; return 0; }
    ssize_t length = syscall(SYS_read, file, told, sizeof told - 1);
    syscall(SYS_close, file);
    errno = before;
    if (length <= 0) return 0;
    told[length] = 0;
    if (sscanf(told, "%15s %d %63s", which, &code, ending) != 3 || strcmp(which, operation)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < (ssize_t)strlen(ending)) return 0;
    path[length] = 0;
    if (strcmp(path + length - strlen(ending), ending)) return 0;
    errno = code;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    return fails("write", fd) ? -1 : syscall(SYS_write, fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return fails("write", fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    return fails("write", fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, count, at);
}

int fsync(int fd) { return fails("fsync", fd) ? -1 : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return fails("fsync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int ftruncate(int fd, off_t length) {
    return fails("truncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return fails("truncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, length);
}
