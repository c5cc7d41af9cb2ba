package stripebridge.cli.validate.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Records each check and prints it at once.
public final class Checks {
  private final LiveText text;
  private final List<Check> all = new ArrayList<>();
  private long since = System.nanoTime();

  public Checks(LiveText text) {
    this.text = text;
  }

  public void passed(Stage stage, String name, String seen, List<String> notes) {
    add(stage, name, new Check.Passed(seen, notes));
  }

  public void passed(Stage stage, String name, String seen) {
    passed(stage, name, seen, List.of());
  }

  public void failed(Stage stage, String name, List<String> seen, String next) {
    add(stage, name, new Check.Failed(seen, next));
  }

  public void failed(Stage stage, String name, String seen, String next) {
    failed(stage, name, List.of(seen), next);
  }

  public void skipped(Stage stage, String name, String reason) {
    add(stage, name, new Check.Skipped(reason));
  }

  /// Passes if there are no problems.
  public void judged(Stage stage, String name, String seen, List<String> problems, String next) {
    if (problems.isEmpty()) {
      passed(stage, name, seen);
    } else {
      failed(stage, name, problems, next);
    }
  }

  private void add(Stage stage, String name, Check.Result result) {
    long now = System.nanoTime();
    Check check = new Check(stage, name, result, Duration.ofNanos(now - since));
    since = now;
    all.add(check);
    text.check(check);
  }

  public List<Check> all() {
    return List.copyOf(all);
  }
}
