package stripebridge.cli.validate.stage;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import stripebridge.cli.validate.evidence.AdminPages;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.Stage;

/// Checks `/health` and `/ready` of every replica.
public final class ServiceStage {
  private static final Pattern DOWN = Pattern.compile("\"down\":\\[([^\\]]*)\\]");
  private static final Pattern NAME = Pattern.compile("\"([a-z]+)\"");
  private static final int SHOWN_MAX = 200;

  // A bridge that is starting is waited for; a longer pause would be felt.
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Checks checks;
  private final AdminPages pages;
  private final long deadline;

  /// Prepares the stage.
  ///
  /// @param awaitMax how long a bridge may take to start
  public ServiceStage(Checks checks, AdminPages pages, Duration awaitMax) {
    this.checks = checks;
    this.pages = pages;
    this.deadline = System.nanoTime() + awaitMax.toNanos();
  }

  /// Waits for every replica to be ready.
  ///
  /// @return why nothing can be posted; absent if it can
  public Optional<String> run() throws InterruptedException {
    Optional<String> obstacle = Optional.empty();
    for (URI replica : pages.replicas()) {
      Optional<String> health = health(replica);
      obstacle = obstacle.or(() -> health);
      if (health.isEmpty()) {
        Optional<String> ready = ready(replica);
        obstacle = obstacle.or(() -> ready);
      }
    }
    return obstacle;
  }

  /// Without the address if there is only one: CI servers identify a check by its name.
  private String name(URI replica, String path) {
    return "GET " + (pages.replicas().size() == 1 ? path : replica + path);
  }

  /// The page once it is 200, or the last one.
  private AdminPages.Page await(URI replica, String path) throws IOException, InterruptedException {
    while (true) {
      try {
        AdminPages.Page page = pages.get(replica, path);
        if (page.status() == 200 || isOver()) {
          return page;
        }
      } catch (IOException e) {
        if (isOver()) {
          throw e;
        }
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  private boolean isOver() {
    return System.nanoTime() > deadline;
  }

  private Optional<String> health(URI replica) throws InterruptedException {
    String name = name(replica, "/health");
    try {
      AdminPages.Page page = await(replica, "/health");
      if (page.status() == 200) {
        checks.passed(Stage.SERVICE, name, "200");
        return Optional.empty();
      }
      checks.failed(
          Stage.SERVICE,
          name,
          "answered " + page.status() + " " + shown(page.text()),
          page.status() == 503
              ? "restart the bridge; its log says why its relay ended"
              : "pass --admin-url with the base URL of /health; ADMIN_PORT may move it");
    } catch (IOException e) {
      checks.failed(
          Stage.SERVICE,
          name,
          String.valueOf(e.getMessage()),
          "start the bridge with 'stripebridge serve', or pass its URLs with --app-url and"
              + " --admin-url");
    }
    return Optional.of("the bridge is not healthy");
  }

  private Optional<String> ready(URI replica) throws InterruptedException {
    String name = name(replica, "/ready");
    try {
      AdminPages.Page page = await(replica, "/ready");
      if (page.status() == 200) {
        checks.passed(Stage.SERVICE, name, "200");
        return Optional.empty();
      }
      List<String> down = down(page.text());
      checks.failed(
          Stage.SERVICE,
          name,
          "answered " + page.status() + " " + shown(page.text()),
          down.contains("broker")
              ? "check SOLACE_HOST where serve runs, and that the broker is up"
              : down.contains("topics")
                  ? "'stripebridge queues' shows which queue is disabled or full"
                  : "the bridge's log says what is down");
      // Events of all other topics are published.
      return down.equals(List.of("topics"))
          ? Optional.empty()
          : Optional.of("the bridge is not ready");
    } catch (IOException e) {
      checks.failed(
          Stage.SERVICE, name, String.valueOf(e.getMessage()), "the bridge's log says why");
      return Optional.of("the bridge is not healthy");
    }
  }

  private static List<String> down(String json) {
    List<String> names = new ArrayList<>();
    DOWN.matcher(json)
        .results()
        .forEach(found ->
            NAME.matcher(found.group(1)).results().map(MatchResult::group).forEach(names::add));
    return names.stream().map(name -> name.replace("\"", "")).toList();
  }

  private static String shown(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "…";
  }
}
