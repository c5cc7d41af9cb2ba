#!/bin/sh
# Writes down, beside the AOT caches in the folder $1, the checksums of the jars that they were made
# of: the launcher passes over a cache whose jars are others. Fails when a cache was not made.
set -eu
cd "$1"
for cache in stripebridge.aot stripebridge-broker.aot; do
  [ -s "$cache" ] || {
    printf 'error: the JVM made no %s in %s\nhint:  see aot-training beside that folder\n' \
      "$cache" "$1" >&2
    exit 1
  }
done
# The launcher does the same; in one locale, since that orders the names.
LC_ALL=C
export LC_ALL
cksum ./*.jar >stripebridge.aot.jars
