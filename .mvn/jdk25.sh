# Finds a JDK 25, for the Makefile and the launcher, which source this file. Sets `jdk25` to its
# home, or to nothing. Reads each candidate's `release` file; runs no java, which would cost
# every start 25 ms or more.

# shellcheck disable=SC2034 # Read by those who source this file.
jdk25_missing='a JDK 25 is needed and none was found: install one (https://adoptium.net), or set JAVA_HOME to it'

# Whether the directory $1 holds a JDK 25.
is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r jdk25_line || [ -n "$jdk25_line" ]; do
    case $jdk25_line in
      'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
      JAVA_VERSION=*) return 1 ;;
    esac
  done <"$1/release"
  return 1
}

# Whether one of the directories given is a JDK 25; the first one becomes `jdk25`.
first_jdk25() {
  for jdk25 do
    is_jdk25 "$jdk25" && return 0
  done
  jdk25=
  return 1
}

# Where the java on the PATH lives, for installations in no usual place.
path_jdk25() {
  jdk25=$(command -v java) && jdk25=$(readlink -f "$jdk25" 2>/dev/null) \
    && first_jdk25 "${jdk25%/bin/java}"
}

# JAVA_HOME_25_* is how GitHub's runners name their JDKs.
first_jdk25 \
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
  || path_jdk25 || jdk25=
