package stripebridge.core.topology.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The mistakes in a topology that a broker accepts without complaint. The texts appear in plans
/// and in `docs/reference/findings.md`.
public enum FindingKind {
  VPN_WITHOUT_SPOOL(
      Severity.WARNING,
      "The message VPN has no spool, so it refuses every guaranteed message.",
      "set the VPN's maxMsgSpoolUsage, in MB, which requires global rights"),
  QUEUE_SHUT(
      Severity.WARNING,
      "A queue accepts no messages (ingressEnabled) or delivers none (egressEnabled).",
      "set ingressEnabled and egressEnabled to true, or remove the queue"),
  LAST_MESSAGE_ONLY(
      Severity.WARNING,
      "A queue with maxMsgSpoolUsage 0 keeps only the last message and drops the one before it.",
      "set maxMsgSpoolUsage to the MB that the queue may hold"),
  DISCARD_NOT_REJECTED(
      Severity.WARNING,
      "A queue that is full or shut down drops the message, but the broker acknowledges it.",
      "set rejectMsgToSenderOnDiscardBehavior to always"),
  NO_MATCH_NOT_REJECTED(
      Severity.WARNING,
      "The broker acknowledges and drops messages that no queue subscribes to.",
      "set rejectMsgToSenderOnNoSubscriptionMatchEnabled to true in the client profile"),
  PROFILE_CANNOT_SEND(
      Severity.WARNING,
      "A publishing client has a client profile that does not allow guaranteed messages.",
      "set allowGuaranteedMsgSendEnabled to true in the client profile"),
  ROUTE_UNHEARD(
      Severity.WARNING,
      "No queue of the topology receives messages of a route's topic.",
      "add a subscription for the topic to a queue, or remove the route"),
  MQTT_WILDCARD(
      Severity.WARNING,
      "A subscription or a route has an MQTT wildcard, which SMF treats as a plain character.",
      "write > instead of # as the last level, and * instead of +"),
  DMQ_MISSING(
      Severity.WARNING,
      "Messages that leave a queue undelivered are dropped: its dead message queue does not exist.",
      "create the queue that deadMsgQueue names, or keep messages in the queue:"
          + " maxRedeliveryCount 0,"
          + " respectTtlEnabled false"),
  DMQ_LOSES(
      Severity.WARNING,
      "A dead message queue can lose the messages that it should keep.",
      "give it maxRedeliveryCount 0, respectTtlEnabled false, and the largest maxMsgSize of its"
          + " queues"),
  TTL_IGNORED(
      Severity.WARNING,
      "Messages should expire, but a queue keeps them forever: it does not respect their TTL.",
      "set respectTtlEnabled to true, or maxTtl and SOLACE_MESSAGE_TTL_MS to 0"),
  AUDIT_ONLY(
      Severity.NOTE,
      "Only the queue that receives everything receives a route's topic.",
      "add a subscription for the topic to a queue that somebody processes"),
  ONE_HOLDS_ALL(
      Severity.NOTE,
      "A queue that is full or shut down refuses an event, which then reaches no other queue"
          + " either.",
      "watch the depth of these queues, or give each kind of event one queue only"),
  ENDLESS_REDELIVERY(
      Severity.NOTE,
      "A message that its consumer cannot process is redelivered forever.",
      "set maxRedeliveryCount to 1 or more, and deadMsgQueue"),
  RESERVED_NAME(
      Severity.NOTE,
      "A queue's name begins with '#', like the names of the broker's own objects.",
      "rename the queue, unless others depend on its name");

  /// The severity of a finding.
  public enum Severity {
    /// Messages can be lost silently, or none are delivered.
    WARNING,
    /// Worth knowing.
    NOTE;

    /// The word in a plan: `warning`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Severity severity;
  private final String meaning;
  private final String fix;

  FindingKind(Severity severity, String meaning, String fix) {
    this.severity = severity;
    this.meaning = meaning;
    this.fix = fix;
  }

  /// The id under `accept:`: `audit-only`.
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The kind with that id.
  public static Optional<FindingKind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
  }

  /// Every id, in the order of the documentation.
  public static List<String> ids() {
    return Arrays.stream(values()).map(FindingKind::id).toList();
  }

  public Severity severity() {
    return severity;
  }

  /// The problem and its consequence, in one sentence.
  public String meaning() {
    return meaning;
  }

  /// The fix, as it follows `fix:`.
  public String fix() {
    return fix;
  }
}
