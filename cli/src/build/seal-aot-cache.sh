#!/bin/sh
# Writes down, beside the AOT cache in the folder $1, the checksums of the jars that it was made of:
# the launcher passes over a cache whose jars are others. Fails when no cache was made.
set -eu
cd "$1"
if [ ! -s stripebridge.aot ]; then
  printf 'error: the JVM made no AOT cache in %s\nhint:  see aot-cache.log beside that folder\n' \
    "$1" >&2
  exit 1
fi
# The launcher does the same; in one locale, since that orders the names.
LC_ALL=C
export LC_ALL
cksum ./*.jar >stripebridge.aot.jars
