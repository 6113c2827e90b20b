/* OpenSSL's libcrypto on the chain of the bench `path`: parse the leaf, verify it under root and CA, which are parsed before.
   PEM on standard input (root, CA, leaves), the time as the argument; nanoseconds for one on standard output: wall, processor. */

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_LEAVES 4096
#define SECONDS 2

static void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static double now(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}

static void judge(X509_STORE *roots, STACK_OF(X509) *between, const unsigned char *der, long length) {
  X509 *leaf = d2i_X509(NULL, &der, length);
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  must(leaf && context && X509_STORE_CTX_init(context, roots, leaf, between), "the leaf");
  must(X509_verify_cert(context) == 1, "the verdict");
  X509_STORE_CTX_free(context);
  X509_free(leaf);
}

int main(int count, char **given) {
  static unsigned char *ders[MAX_LEAVES];
  static int lengths[MAX_LEAVES];
  int leaves = 0;
  long done = 0;
  X509_STORE *roots = X509_STORE_new();
  STACK_OF(X509) *between = sk_X509_new_null();
  X509_VERIFY_PARAM *rules = X509_STORE_get0_param(roots);
  must(count == 2, "the time is missing");
  X509_VERIFY_PARAM_set_time(rules, atol(given[1]));
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
  must(X509_STORE_add_cert(roots, PEM_read_X509(stdin, NULL, NULL, NULL)), "the root");
  must(sk_X509_push(between, PEM_read_X509(stdin, NULL, NULL, NULL)), "the CA");
  for (X509 *leaf; leaves < MAX_LEAVES && (leaf = PEM_read_X509(stdin, NULL, NULL, NULL)); leaves++)
    must((lengths[leaves] = i2d_X509(leaf, &ders[leaves])) > 0, "a leaf");
  must(leaves > 0, "no leaves");
  double wall = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
  while (now(CLOCK_MONOTONIC) - wall < SECONDS * 1e9)
    for (int i = 0; i < leaves; i++, done++) judge(roots, between, ders[i], lengths[i]);
  printf("%.0f %.0f\n", (now(CLOCK_MONOTONIC) - wall) / done, (now(CLOCK_PROCESS_CPUTIME_ID) - processor) / done);
}
