package stripebridge.core.problem;

import java.util.ArrayList;
import java.util.List;

/// Collects every problem of one input, so that a user sees the whole list and not the first.
///
/// Not thread-safe: one reader fills one of these.
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /// Notes one problem at a place.
  public void add(String where, String what) {
    found.add(new Problem(where, what));
  }

  /// Notes all problems of another reader.
  public void addAll(List<Problem> others) {
    found.addAll(others);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// What was found so far, in the order it was found.
  public List<Problem> found() {
    return List.copyOf(found);
  }

  /// Ends the reading of `subject` when anything was found.
  ///
  /// @throws ProblemsException with every problem
  public void throwIfAny(String subject) {
    if (!found.isEmpty()) {
      throw new ProblemsException(subject, found);
    }
  }
}
