package stripebridge.core.problem;

import java.util.List;

/// A user's input cannot be used; carries all of its problems.
public final class ProblemsException extends RuntimeException {
  private final String subject;
  private final List<Problem> problems;

  /// @param subject the input: `topology.yaml`, `the configuration`
  public ProblemsException(String subject, List<Problem> problems) {
    super(
        "cannot use "
            + subject
            + ": "
            + (problems.size() == 1 ? "1 problem" : problems.size() + " problems"));
    this.subject = subject;
    this.problems = List.copyOf(problems);
  }

  /// The input that cannot be used.
  public String subject() {
    return subject;
  }

  /// Every problem, in the order of the input.
  public List<Problem> problems() {
    return problems;
  }
}
