package stripebridge.core.topology.yaml;

import java.util.List;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;

/// Reads a topology in tests.
final class Reading {
  private Reading() {}

  /// Every problem as one line, without the file name; none when the text is a topology.
  static List<String> problems(String yaml) {
    try {
      TopologyReader.read("t", yaml);
      return List.of();
    } catch (ProblemsException e) {
      return e.problems().stream().map(Problem::toString).map(line -> line.substring(2)).toList();
    }
  }
}
