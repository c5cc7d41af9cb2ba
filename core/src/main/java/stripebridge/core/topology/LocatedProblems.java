package stripebridge.core.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stripebridge.core.problem.Problems;

/// Problems of one file, each at its place; reported in the order of the file, in whatever order
/// they were found. Not thread-safe: one reading fills one of these.
final class LocatedProblems {
  private final String file;
  private final List<Located> found = new ArrayList<>();

  LocatedProblems(String file) {
    this.file = file;
  }

  void add(Position at, String what) {
    found.add(new Located(at, what));
  }

  /// @throws stripebridge.core.problem.ProblemsException with everything found
  void throwIfAny() {
    Problems problems = new Problems();
    found.stream()
        .sorted(Comparator.comparing(Located::at))
        .forEach(located -> problems.add(file + ":" + located.at, located.what));
    problems.throwIfAny(file);
  }

  private record Located(Position at, String what) {}
}
