package stripebridge.sandbox;

import java.util.Arrays;

/// How a broker refuses a guaranteed message: the response code and phrase, and the error subcode
/// that clients derive from them (documented with the client library).
public enum PublishRefusal {
  MESSAGE_TOO_LARGE(11, 400, "Document Is Too Large"),
  INVALID_TOPIC_SYNTAX(12, 400, "Topic Parse Error"),
  QUEUE_NOT_FOUND(24, 400, "Queue Not Found"),
  PUBLISH_ACL_DENIED(28, 403, "Publish ACL Denied"),
  SPOOL_OVER_QUOTA(30, 503, "Spool Over Quota"),
  QUEUE_SHUTDOWN(31, 503, "Queue Shutdown"),
  MAX_MESSAGE_USAGE_EXCEEDED(39, 503, "Max Message Usage Exceeded"),
  REPLICATION_IS_STANDBY(56, 503, "Replication Is Standby"),
  LOW_PRIORITY_MSG_CONGESTION(57, 503, "Low Priority Msg Congestion"),
  NO_SUBSCRIPTION_MATCH(70, 503, "No Subscription Match"),
  SYNC_REPLICATION_INELIGIBLE(101, 503, "Sync Replication Ineligible");

  private final int subcode;
  private final int code;
  private final String phrase;

  PublishRefusal(int subcode, int code, String phrase) {
    this.subcode = subcode;
    this.code = code;
    this.phrase = phrase;
  }

  /// The refusal that clients report with this subcode.
  ///
  /// @throws IllegalArgumentException when no refusal has this subcode
  public static PublishRefusal ofSubcode(int subcode) {
    return Arrays.stream(values())
        .filter(refusal -> refusal.subcode == subcode)
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no publish refusal has subcode " + subcode + "; see PublishRefusal"));
  }

  public int subcode() {
    return subcode;
  }

  public int code() {
    return code;
  }

  public String phrase() {
    return phrase;
  }
}
