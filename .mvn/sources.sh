# What stripebridge is built of, for the launcher and the build, which source this file.

# Runs `find` over all sources of the project $1, with the arguments that follow. Changes the
# directory: for subshells.
find_in_sources() {
  cd "$1" || return 1
  shift
  sources_left=$#
  set -- "$@" pom.xml topology.yaml docs/reference/envelope.schema.json
  for sources_pom in */pom.xml; do
    sources_module=${sources_pom%/pom.xml}
    case $sources_module in
      acceptance | bench) ;;
      *) set -- "$@" "$sources_pom" "$sources_module/src/main" "$sources_module/src/build" ;;
    esac
  done
  # The expression goes behind the places.
  while [ "$sources_left" -gt 0 ]; do
    set -- "$@" "$1"
    shift
    sources_left=$((sources_left - 1))
  done
  # It complains of a name that is not there, which is no change.
  find "$@" 2>/dev/null
}

# What is newer than the file $2. Directories count too: one is newer when a file in it was removed.
newer_sources() {
  find_in_sources "$1" -newer "$2" -print
}

# The checksums of all sources, a line each.
sum_sources() {
  find_in_sources "$1" -type f -exec cksum {} + | LC_ALL=C sort
}
