package stripebridge.core.problem;

import java.util.List;

/// What a user wrote cannot be used; carries every problem that was found in it.
public final class ProblemsException extends RuntimeException {
  private final String subject;
  private final List<Problem> problems;

  /// @param subject what could not be used: `topology.yaml`, `the configuration`
  public ProblemsException(String subject, List<Problem> problems) {
    super(
        "cannot use "
            + subject
            + ": "
            + (problems.size() == 1 ? "1 problem" : problems.size() + " problems"));
    this.subject = subject;
    this.problems = List.copyOf(problems);
  }

  /// What could not be used.
  public String subject() {
    return subject;
  }

  /// Every problem, in the order of the input.
  public List<Problem> problems() {
    return problems;
  }
}
