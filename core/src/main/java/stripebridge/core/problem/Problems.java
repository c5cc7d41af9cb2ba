package stripebridge.core.problem;

import java.util.ArrayList;
import java.util.List;

/// Collects every problem of one input, so that the user sees all of them at once.
///
/// Not thread-safe: each reader has its own.
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /// Adds one problem.
  public void add(String where, String what) {
    found.add(new Problem(where, what));
  }

  /// Adds all problems of another reader.
  public void addAll(List<Problem> others) {
    found.addAll(others);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// The problems so far, in the order they were added.
  public List<Problem> found() {
    return List.copyOf(found);
  }

  /// Fails if there is any problem.
  ///
  /// @param subject what cannot be used then: `the configuration`
  /// @throws ProblemsException with every problem
  public void throwIfAny(String subject) {
    if (!found.isEmpty()) {
      throw new ProblemsException(subject, found);
    }
  }
}
