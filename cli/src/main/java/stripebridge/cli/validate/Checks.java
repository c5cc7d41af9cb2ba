package stripebridge.cli.validate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Notes each check and shows it at once.
final class Checks {
  private final LiveText text;
  private final List<Check> all = new ArrayList<>();
  private long since = System.nanoTime();

  Checks(LiveText text) {
    this.text = text;
  }

  void passed(Stage stage, String name, String seen, List<String> notes) {
    add(stage, name, new Check.Passed(seen, notes));
  }

  void passed(Stage stage, String name, String seen) {
    passed(stage, name, seen, List.of());
  }

  void failed(Stage stage, String name, List<String> seen, String next) {
    add(stage, name, new Check.Failed(seen, next));
  }

  void failed(Stage stage, String name, String seen, String next) {
    failed(stage, name, List.of(seen), next);
  }

  void skipped(Stage stage, String name, String reason) {
    add(stage, name, new Check.Skipped(reason));
  }

  /// Passed when there is nothing against it.
  void judged(Stage stage, String name, String seen, List<String> against, String next) {
    if (against.isEmpty()) {
      passed(stage, name, seen);
    } else {
      failed(stage, name, against, next);
    }
  }

  private void add(Stage stage, String name, Check.Result result) {
    long now = System.nanoTime();
    Check check = new Check(stage, name, result, Duration.ofNanos(now - since));
    since = now;
    all.add(check);
    text.check(check);
  }

  List<Check> all() {
    return List.copyOf(all);
  }
}
