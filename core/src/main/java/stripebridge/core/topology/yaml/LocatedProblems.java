package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.problem.Quoted;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Problems of one file, each at its place; reported in the order of the file, in whatever order
/// they were found. Not thread-safe: one reading fills one of these.
final class LocatedProblems {
  private final String file;
  private final List<Located> found = new ArrayList<>();

  LocatedProblems(String file) {
    this.file = file;
  }

  /// Notes a problem; the message stays one line even when it has names of the file in it.
  void add(Position at, String what) {
    found.add(new Located(at, Quoted.escaped(what, Integer.MAX_VALUE)));
  }

  /// The end of a reading that cannot go on: everything found, and this.
  ProblemsException fatal(Position at, String what) {
    add(at, what);
    return failure();
  }

  /// @throws ProblemsException with everything found, if anything was
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw failure();
    }
  }

  private ProblemsException failure() {
    return new ProblemsException(
        file,
        found.stream()
            .sorted(Comparator.comparing(Located::at))
            .map(located -> new Problem(file + ":" + located.at, located.what))
            .toList());
  }

  private record Located(Position at, String what) {}
}
