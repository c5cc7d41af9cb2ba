package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueStatus;

/// Builds queues for tests: each test sets only what matters to it.
final class Rows {
  static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  private final String name;
  private long depth;
  private boolean counted = true;
  private long spooledBytes;
  private long megabytes = 100;
  private long flows = 1;
  private boolean ingress = true;
  private boolean egress = true;
  private long spooled;
  private long lost;
  private Map<String, Long> discarded = Map.of();
  private boolean dmq;
  private @Nullable Instant oldest;

  private Rows(String name) {
    this.name = name;
  }

  static Rows of(String name) {
    return new Rows(name);
  }

  Rows depth(long messages) {
    depth = messages;
    spooled = Math.max(spooled, messages);
    return this;
  }

  Rows notCounted() {
    counted = false;
    return this;
  }

  Rows spooledBytes(long bytes) {
    spooledBytes = bytes;
    return this;
  }

  Rows quota(long megabytesMax) {
    megabytes = megabytesMax;
    return this;
  }

  Rows consumers(long bound) {
    flows = bound;
    return this;
  }

  Rows ingressShut() {
    ingress = false;
    return this;
  }

  Rows egressShut() {
    egress = false;
    return this;
  }

  /// The messages that ever arrived.
  Rows spooled(long messages) {
    spooled = messages;
    return this;
  }

  Rows lost(long messages) {
    lost = messages;
    return this;
  }

  Rows discarded(Map<String, Long> counters) {
    discarded = counters;
    return this;
  }

  Rows dmq() {
    dmq = true;
    return this;
  }

  Rows oldest(Duration age) {
    oldest = NOW.minus(age);
    return this;
  }

  QueueStatus status() {
    return new QueueStatus(
        name,
        depth,
        counted,
        depth == 0 ? 0 : 1,
        0,
        spooledBytes,
        megabytes,
        flows,
        ingress,
        egress,
        "errors.dmq",
        new QueueStatus.Counters(spooled, 0, 0, 0, lost, discarded));
  }

  QueueRow row() {
    return new QueueRow(status(), oldest, QueueProblem.of(status(), dmq));
  }
}
