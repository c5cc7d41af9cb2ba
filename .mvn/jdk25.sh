# Finds a Java 25, for the Makefile and the launcher, which source this file: `find_java25 java` one
# that starts programs (a JDK, a JRE, what jlink makes), `find_java25 javac` a JDK. Either sets
# `java25` to its home, or to nothing. Reads each candidate's `release` file; runs no java, which
# would cost every start 25 ms or more.

# shellcheck disable=SC2034 # Read by those who source this file.
{
  get_it='install one (https://adoptium.net), or set JAVA_HOME to it'
  jdk25_missing="a JDK 25 is needed and none was found: $get_it"
  java25_missing="a Java 25 is needed and none was found: $get_it"
}

# Whether the directory $2 holds a Java 25 that has $1.
is_java25() {
  [ -x "$2/bin/$1" ] && [ -x "$2/bin/java" ] && [ -r "$2/release" ] || return 1
  while IFS= read -r java25_line || [ -n "$java25_line" ]; do
    case $java25_line in
      'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
      JAVA_VERSION=*) return 1 ;;
    esac
  done <"$2/release"
  return 1
}

# The first of the directories from $2 on that holds one with $1.
first_java25() {
  java25_tool=$1
  shift
  for java25 do
    is_java25 "$java25_tool" "$java25" && return 0
  done
  java25=
  return 1
}

# Where the java on the PATH lives, for installations in no usual place.
path_java25() {
  java25=$(command -v java) && java25=$(readlink -f "$java25" 2>/dev/null) \
    && first_java25 "$1" "${java25%/bin/java}"
}

# JAVA_HOME_25_* is how GitHub's runners name their JDKs.
find_java25() {
  first_java25 "$1" \
    "${JAVA_HOME:-}" \
    "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" \
    /usr/lib/jvm/* \
    "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
    "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.asdf/installs/java/* \
    "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    || path_java25 "$1" || java25=
}
