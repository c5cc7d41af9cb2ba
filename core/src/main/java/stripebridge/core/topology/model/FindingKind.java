package stripebridge.core.topology.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What can be wrong with a topology that a broker takes without complaint. The words here are
/// those of the plan and of `docs/reference/findings.md`.
public enum FindingKind {
  VPN_WITHOUT_SPOOL(
      Severity.WARNING,
      "The message VPN may keep no message, so every guaranteed message is refused.",
      "give the VPN a spool: maxMsgSpoolUsage, in MB, which takes global rights"),
  QUEUE_SHUT(
      Severity.WARNING,
      "A queue takes no messages (ingressEnabled) or gives none (egressEnabled).",
      "set ingressEnabled and egressEnabled to true, or remove the queue"),
  LAST_MESSAGE_ONLY(
      Severity.WARNING,
      "A queue with maxMsgSpoolUsage 0 keeps the last message only and drops the one before it.",
      "set maxMsgSpoolUsage to the MB that the queue may hold"),
  DISCARD_NOT_REJECTED(
      Severity.WARNING,
      "A queue that is full or shut drops the message while the broker acknowledges it.",
      "set rejectMsgToSenderOnDiscardBehavior to always"),
  NO_MATCH_NOT_REJECTED(
      Severity.WARNING,
      "What no queue subscribes to is acknowledged by the broker and dropped.",
      "set rejectMsgToSenderOnNoSubscriptionMatchEnabled to true in the client profile"),
  PROFILE_CANNOT_SEND(
      Severity.WARNING,
      "A client that publishes has a client profile without guaranteed messages.",
      "set allowGuaranteedMsgSendEnabled to true in the client profile"),
  ROUTE_UNHEARD(
      Severity.WARNING,
      "No queue of the topology receives what is published to a route's topic.",
      "add a subscription for the topic to a queue, or remove the route"),
  MQTT_WILDCARD(
      Severity.WARNING,
      "A subscription or a route has MQTT's wildcard, which SMF takes for a plain character.",
      "write > for # as the last level, and * for +"),
  DMQ_MISSING(
      Severity.WARNING,
      "Messages that leave a queue undelivered are dropped: its dead message queue does not exist.",
      "create the queue that deadMsgQueue names, or let messages stay: maxRedeliveryCount 0,"
          + " respectTtlEnabled false"),
  DMQ_LOSES(
      Severity.WARNING,
      "A dead message queue can itself lose the messages that it is there to keep.",
      "give it maxRedeliveryCount 0, respectTtlEnabled false, and the maxMsgSize of its queues"),
  TTL_IGNORED(
      Severity.WARNING,
      "Messages are to expire, and a queue keeps them for ever: it does not respect their TTL.",
      "set respectTtlEnabled to true, or maxTtl and SOLACE_MESSAGE_TTL_MS to 0"),
  AUDIT_ONLY(
      Severity.NOTE,
      "A route's topic is received by nobody but the queue that receives everything.",
      "add a subscription for the topic to a queue that somebody works on"),
  ONE_HOLDS_ALL(
      Severity.NOTE,
      "A queue that is full or shut refuses an event, which then reaches no other queue either.",
      "watch the depth of these queues, or give each kind of event one queue only"),
  ENDLESS_REDELIVERY(
      Severity.NOTE,
      "A message that its consumer cannot process is redelivered for ever.",
      "set maxRedeliveryCount to 1 or more, and deadMsgQueue"),
  RESERVED_NAME(
      Severity.NOTE,
      "A queue's name begins with '#', as those of the broker's own objects do.",
      "give the queue another name, unless others count on this one");

  /// How bad it is.
  public enum Severity {
    /// A way to lose messages in silence, or to deliver none.
    WARNING,
    /// Worth knowing.
    NOTE;

    /// As it reads in a plan: `warning`.
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

  /// How `accept:` names it: `audit-only`.
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The kind of that id.
  public static Optional<FindingKind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
  }

  /// Every id, in the order of the documents.
  public static List<String> ids() {
    return Arrays.stream(values()).map(FindingKind::id).toList();
  }

  public Severity severity() {
    return severity;
  }

  /// What it is and what comes of it, in one sentence.
  public String meaning() {
    return meaning;
  }

  /// What to do, as it follows `fix:`.
  public String fix() {
    return fix;
  }
}
