package stripebridge.core.topology.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;

/// The settable attributes of one kind of broker object, by SEMP's own names.
///
/// The rows are those of the SEMP config API 2.49 (broker 10.25.11): type, bounds, default, first
/// version and auto-disable. Deprecated attributes are listed by name only, so that they can be
/// reported as deprecated.
public final class AttributeTable {
  private static final String ANY = "";

  static final AttributeTable QUEUE =
      new AttributeTable(
          "queueName",
          List.of(),
          choice("accessType", "exclusive", "exclusive", "non-exclusive")
              .disabling("egressEnabled"),
          flag("consumerAckPropagationEnabled", true),
          text("deadMsgQueue", 0, 200, "^[^*?'<>&;]*$", "#DEAD_MSG_QUEUE").since(2, 2),
          flag("deliveryCountEnabled", false).since(2, 19),
          whole("deliveryDelay", 0, 4_294_967_295L, 0).since(2, 22),
          flag("egressEnabled", false),
          threshold("eventBindCountThreshold"),
          threshold("eventMsgSpoolUsageThreshold"),
          threshold("eventRejectLowPriorityMsgLimitThreshold"),
          flag("ingressEnabled", false),
          whole("maxBindCount", 0, 10_000, 1_000),
          whole("maxDeliveredUnackedMsgsPerFlow", 1, 1_000_000, 10_000),
          whole("maxMsgSize", 0, 30_000_000, 10_000_000),
          whole("maxMsgSpoolUsage", 0, 6_000_000, 5_000),
          whole("maxRedeliveryCount", 0, 255, 0),
          whole("maxTtl", 0, 4_294_967_295L, 0),
          text("owner", 0, 189, ANY, "").disabling("egressEnabled"),
          whole("partitionCount", 0, 1_000, 0).since(2, 35),
          whole("partitionRebalanceDelay", 0, 4_294_967_295L, 5).since(2, 35),
          whole("partitionRebalanceMaxHandoffTime", 0, 4_294_967_295L, 3).since(2, 35),
          choice(
                  "permission",
                  "no-access",
                  "no-access",
                  "read-only",
                  "consume",
                  "modify-topic",
                  "delete")
              .disabling("egressEnabled"),
          flag("redeliveryDelayEnabled", false).since(2, 33).disabling("egressEnabled"),
          whole("redeliveryDelayInitialInterval", 1, 3_600_000, 1_000)
              .since(2, 33)
              .disabling("egressEnabled"),
          whole("redeliveryDelayMaxInterval", 1, 10_800_000, 64_000)
              .since(2, 33)
              .disabling("egressEnabled"),
          whole("redeliveryDelayMultiplier", 100, 500, 200).since(2, 33).disabling("egressEnabled"),
          flag("redeliveryEnabled", true).since(2, 18),
          flag("rejectLowPriorityMsgEnabled", false),
          whole("rejectLowPriorityMsgLimit", 0, 4_294_967_295L, 0),
          choice(
                  "rejectMsgToSenderOnDiscardBehavior",
                  "when-queue-enabled",
                  "never",
                  "when-queue-enabled",
                  "always")
              .since(2, 1)
              .disabling("rejectLowPriorityMsgEnabled"),
          flag("respectDmqEligibleEnabled", false).since(2, 49),
          flag("respectMsgPriorityEnabled", false)
              .since(2, 8)
              .disabling("egressEnabled", "ingressEnabled"),
          flag("respectTtlEnabled", false));

  static final AttributeTable CLIENT_PROFILE =
      new AttributeTable(
          "clientProfileName",
          List.of(
              "allowCutThroughForwardingEnabled",
              "apiQueueManagementCopyFromOnCreateName",
              "apiTopicEndpointManagementCopyFromOnCreateName",
              "tcpCongestionWindowSize",
              "tcpMaxWindowSize"),
          flag("allowBridgeConnectionsEnabled", false),
          choice("allowGuaranteedEndpointCreateDurability", "all", "all", "durable", "non-durable")
              .since(2, 14),
          flag("allowGuaranteedEndpointCreateEnabled", false),
          flag("allowGuaranteedMsgReceiveEnabled", false),
          flag("allowGuaranteedMsgSendEnabled", false),
          flag("allowSharedSubscriptionsEnabled", false).since(2, 11),
          flag("allowTransactedSessionsEnabled", false),
          text("apiQueueManagementCopyFromOnCreateTemplateName", 0, 255, "^[^#?*]?[^?*]*$", "")
              .since(2, 14),
          text(
                  "apiTopicEndpointManagementCopyFromOnCreateTemplateName",
                  0,
                  255,
                  "^[^#?*]?[^?*]*$",
                  "")
              .since(2, 14),
          flag("compressionEnabled", true).since(2, 10),
          whole("elidingDelay", 0, 60_000, 0),
          flag("elidingEnabled", false),
          whole("elidingMaxTopicCount", 1, 32_000, 256),
          percentThreshold("eventClientProvisionedEndpointSpoolUsageThreshold"),
          threshold("eventConnectionCountPerClientUsernameThreshold"),
          threshold("eventEgressFlowCountThreshold"),
          threshold("eventEndpointCountPerClientUsernameThreshold"),
          threshold("eventIngressFlowCountThreshold"),
          threshold("eventServiceSmfConnectionCountPerClientUsernameThreshold"),
          threshold("eventServiceWebConnectionCountPerClientUsernameThreshold"),
          threshold("eventSubscriptionCountThreshold"),
          threshold("eventTransactedSessionCountThreshold"),
          threshold("eventTransactionCountThreshold"),
          whole("maxAmqpLinkCount", 0, 146_625, 146_625).since(2, 46),
          whole("maxConnectionCountPerClientUsername", 0, 200_000),
          whole("maxEgressFlowCount", 0, 200_000, 1_000),
          whole("maxEndpointCountPerClientUsername", 0, 200_000, 1_000),
          whole("maxIngressFlowCount", 0, 1_000_000, 1_000),
          whole("maxMsgsPerTransaction", 1, 20_000, 256).since(2, 20),
          whole("maxSubscriptionCount", 0, 4_294_967_295L),
          whole("maxTransactedSessionCount", 0, 30_000, 10),
          whole("maxTransactionCount", 0, 50_000),
          whole("queueControl1MaxDepth", 2, 262_144, 20_000),
          whole("queueControl1MinMsgBurst", 0, 262_144, 4),
          whole("queueDirect1MaxDepth", 2, 262_144, 20_000),
          whole("queueDirect1MinMsgBurst", 0, 262_144, 4),
          whole("queueDirect2MaxDepth", 2, 262_144, 20_000),
          whole("queueDirect2MinMsgBurst", 0, 262_144, 4),
          whole("queueDirect3MaxDepth", 2, 262_144, 20_000),
          whole("queueDirect3MinMsgBurst", 0, 262_144, 4),
          whole("queueGuaranteed1MaxDepth", 2, 262_144, 20_000),
          whole("queueGuaranteed1MinMsgBurst", 0, 262_144, 255),
          flag("rejectMsgToSenderOnNoSubscriptionMatchEnabled", false).since(2, 2),
          flag("replicationAllowClientConnectWhenStandbyEnabled", false),
          whole("serviceMinKeepaliveTimeout", 3, 3_600, 30).since(2, 19),
          whole("serviceSmfMaxConnectionCountPerClientUsername", 0, 200_000),
          flag("serviceSmfMinKeepaliveEnabled", false).since(2, 19),
          whole("serviceWebInactiveTimeout", 1, 4_294_967_295L, 30),
          whole("serviceWebMaxConnectionCountPerClientUsername", 0, 200_000),
          whole("serviceWebMaxPayload", 300, 10_000_000, 1_000_000),
          whole("tcpKeepaliveCount", 2, 5, 5),
          whole("tcpKeepaliveIdleTime", 3, 120, 3),
          whole("tcpKeepaliveInterval", 1, 30, 1),
          whole("tcpMaxSegmentSize", 256, 1_460, 1_460),
          flag("tlsAllowDowngradeToPlainTextEnabled", true).since(2, 8));

  static final AttributeTable ACL_PROFILE =
      new AttributeTable(
          "aclProfileName",
          List.of(),
          choice("clientConnectDefaultAction", "disallow", "allow", "disallow"),
          choice("publishTopicDefaultAction", "disallow", "allow", "disallow"),
          choice("subscribeShareNameDefaultAction", "allow", "allow", "disallow").since(2, 14),
          choice("subscribeTopicDefaultAction", "disallow", "allow", "disallow"));

  static final AttributeTable CLIENT_USERNAME =
      new AttributeTable(
          "clientUsername",
          List.of(),
          text("aclProfileName", 1, 32, ANY, "default").disabling("enabled"),
          text("clientProfileName", 1, 32, "^#?[A-Za-z0-9_-]+$", "default").disabling("enabled"),
          flag("enabled", false),
          flag("guaranteedEndpointPermissionOverrideEnabled", false),
          secret("password"),
          flag("subscriptionManagerEnabled", false));

  private final String identity;
  private final Set<String> deprecated;
  private final Map<String, Attribute> settable;

  private AttributeTable(String identity, List<String> deprecated, Attribute... settable) {
    this.identity = identity;
    this.deprecated = Set.copyOf(deprecated);
    Map<String, Attribute> byName = new LinkedHashMap<>();
    for (Attribute attribute : settable) {
      byName.put(attribute.name(), attribute);
    }
    this.settable = Collections.unmodifiableMap(byName);
  }

  /// The attribute that holds an object's name: `queueName`.
  public String identity() {
    return identity;
  }

  /// Attributes that SEMP has deprecated; a topology cannot set them.
  public Set<String> deprecated() {
    return deprecated;
  }

  /// Every attribute that a topology can set, in alphabetical order.
  public Collection<Attribute> settable() {
    return settable.values();
  }

  /// The names of the attributes that a topology can set.
  public Set<String> names() {
    return settable.keySet();
  }

  /// The settable attribute with that name.
  public Optional<Attribute> find(String name) {
    return Optional.ofNullable(settable.get(name));
  }

  private static Attribute flag(String name, boolean byDefault) {
    return attribute(name, new AttributeType.Flag(), new AttributeValue.Flag(byDefault));
  }

  private static Attribute whole(String name, long min, long max, long byDefault) {
    return attribute(name, new AttributeType.Whole(min, max), new AttributeValue.Whole(byDefault));
  }

  /// A number whose default depends on the broker's size.
  private static Attribute whole(String name, long min, long max) {
    return attribute(name, new AttributeType.Whole(min, max), null);
  }

  private static Attribute text(
      String name, int bytesMin, int bytesMax, String pattern, String byDefault) {
    return attribute(
        name,
        new AttributeType.Text(bytesMin, bytesMax, pattern),
        new AttributeValue.Text(byDefault));
  }

  private static Attribute choice(String name, String byDefault, String... words) {
    return attribute(
        name, new AttributeType.Choice(Arrays.asList(words)), new AttributeValue.Text(byDefault));
  }

  private static Attribute threshold(String name) {
    return attribute(name, new AttributeType.Threshold(Set.of(Unit.values())), null);
  }

  private static Attribute percentThreshold(String name) {
    return attribute(name, new AttributeType.Threshold(Set.of(Unit.PERCENT)), null);
  }

  private static Attribute secret(String name) {
    return attribute(name, new AttributeType.Secret(), null);
  }

  private static Attribute attribute(
      String name, AttributeType type, @Nullable AttributeValue byDefault) {
    return new Attribute(name, type, byDefault, SempVersion.FIRST, List.of());
  }
}
