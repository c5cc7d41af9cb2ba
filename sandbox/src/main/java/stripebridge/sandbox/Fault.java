package stripebridge.sandbox;

import java.time.Duration;

/// Something that goes wrong on purpose. Given to [SandboxBroker#inject(Fault)], over before or at
/// [SandboxBroker#clearFaults()].
public sealed interface Fault {

  /// Refuses the next logins, such as with 503 "Message VPN Unavailable".
  record RefuseLogin(int code, String phrase, int times) implements Fault {
    public RefuseLogin {
      requirePositive("times", times);
    }
  }

  /// Drops connections: all of them now when `afterFrames` is 0, else the one on which the next
  /// frame but so many comes, with that frame unread. Clients may come back at once.
  record DropConnection(int afterFrames) implements Fault {
    public DropConnection {
      if (afterFrames < 0) {
        throw new IllegalArgumentException("afterFrames is negative: " + afterFrames);
      }
    }
  }

  /// Drops all connections and accepts none for a time.
  record Outage(Duration duration) implements Fault {
    public Outage {
      requirePositive("duration", duration.toMillis());
    }
  }

  /// Stores what is published and tells no publisher.
  record StallAcks() implements Fault {}

  /// Acknowledges published messages so much later.
  record SlowAcks(Duration delay) implements Fault {
    public SlowAcks {
      requirePositive("delay", delay.toMillis());
    }
  }

  /// Refuses the next guaranteed messages so that the client sees the given error subcode, one of
  /// those of [PublishRefusal].
  record RejectPublish(int times, int subcode) implements Fault {
    public RejectPublish {
      requirePositive("times", times);
      var _ = PublishRefusal.ofSubcode(subcode);
    }

    public RejectPublish(int times, PublishRefusal refusal) {
      this(times, refusal.subcode());
    }
  }

  /// Answers the next SEMP requests with an HTTP status.
  record FailSemp(int status, int times) implements Fault {
    public FailSemp {
      requirePositive("times", times);
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("no HTTP status to answer with: " + status);
      }
    }
  }

  /// Makes every SEMP request wait.
  record SlowSemp(Duration delay) implements Fault {
    public SlowSemp {
      requirePositive("delay", delay.toMillis());
    }
  }

  private static void requirePositive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " is not positive: " + value);
    }
  }
}
