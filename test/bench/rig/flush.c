// Makes each flush to disk of a program that is started with this in LD_PRELOAD take FLUSH_DELAY_US longer.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static int flush_slowly(const char *name, int file) {
  int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const char *text = getenv("FLUSH_DELAY_US");
  const long us = text ? atol(text) : 0;
  const struct timespec delay = {us / 1000000, us % 1000000 * 1000};
  const int status = flush(file);
  const int fault = errno;
  nanosleep(&delay, NULL);
  errno = fault;
  return status;
}

int fsync(int file) { return flush_slowly("fsync", file); }
int fdatasync(int file) { return flush_slowly("fdatasync", file); }
