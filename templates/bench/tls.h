#ifndef BENCH_TLS_H
#define BENCH_TLS_H

/**
 * Connects with mutual TLS and exchanges application data, reporting every call. 0 on success; else the code that
 * failed, and `*call` its name.
 */
int tls_run(const char **call);

#endif
