package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.problem.Quoted;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Collects the problems of one file, each at its place, and reports them in the order of the file.
/// Not thread-safe.
final class LocatedProblems {
  private final String file;
  private final List<Located> found = new ArrayList<>();

  LocatedProblems(String file) {
    this.file = file;
  }

  /// Adds a problem. The message stays on one line, even when it quotes names from the file.
  void add(Position at, String what) {
    found.add(new Located(at, Quoted.escaped(what, Integer.MAX_VALUE)));
  }

  /// The failure when reading cannot go on: all problems so far, and this one.
  ProblemsException fatal(Position at, String what) {
    add(at, what);
    return failure();
  }

  /// @throws ProblemsException with every problem, if there is any
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
