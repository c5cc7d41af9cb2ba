#!/bin/sh
# Marks what was built: `cli/target/built` in the project $1 says where, and is dated $2, when the
# build began (as `touch -t` reads it, in UTC). A source changed since then is not in it, and the
# launcher sees. Beside it are the checksums of the sources, which a copy is known by, whose dates
# say nothing; there are none when a source changed meanwhile.
set -eu
home=$(CDPATH='' cd -- "$1" && pwd -P)
built=$home/cli/target/built
# shellcheck source=.mvn/sources.sh
. "$home/.mvn/sources.sh"
rm -f "$built" "$built.sources"
(sum_sources "$home") >"$built.sources.new"
printf '%s\n' "$home" >"$built.new"
TZ=UTC0 touch -t "$2" "$built.new"
if [ -z "$(newer_sources "$home" "$built.new")" ]; then
  mv "$built.sources.new" "$built.sources"
else
  rm "$built.sources.new"
fi
mv "$built.new" "$built"
