package stripebridge.sandbox.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttributesTest {

  private static final Map<String, String> NAMED =
      Map.of("msgVpnName", "default", "queueName", "orders");

  @Test
  void startsClosedAsTheBrokerDoes() {
    Attributes queue = Attributes.of(ObjectKind.QUEUE, NAMED);
    Attributes user =
        Attributes.of(
            ObjectKind.CLIENT_USERNAME,
            Map.of("msgVpnName", "default", "clientUsername", "bridge"));

    assertThat(queue.bool("ingressEnabled")).isFalse();
    assertThat(queue.text("permission")).isEqualTo("no-access");
    assertThat(queue.number("maxMsgSpoolUsage")).isEqualTo(5000);
    assertThat(queue.text("deadMsgQueue")).isEqualTo("#DEAD_MSG_QUEUE");
    assertThat(queue.find("eventMsgSpoolUsageThreshold"))
        .contains(new Threshold(Threshold.Unit.PERCENT, 18, 25));
    assertThat(user.bool("enabled")).isFalse();
  }

  @Test
  void knowsEveryAttributeOfTheTable() {
    assertThat(
            Arrays.stream(ObjectKind.values())
                .collect(Collectors.toMap(ObjectKind::sempName, kind -> kind.attributes().size())))
        .isEqualTo(
            Map.of(
                "MsgVpn", 123,
                "MsgVpnQueue", 34,
                "MsgVpnQueueSubscription", 3,
                "MsgVpnClientProfile", 62,
                "MsgVpnAclProfile", 6,
                "MsgVpnAclProfilePublishTopicException", 4,
                "MsgVpnAclProfileSubscribeTopicException", 4,
                "MsgVpnAclProfileClientConnectException", 3,
                "MsgVpnClientUsername", 8));
  }

  @ParameterizedTest
  @EnumSource(ObjectKind.class)
  void hasValidDefaults(ObjectKind kind) {
    for (Attribute attribute : kind.attributes().values()) {
      Object defaultValue = attribute.defaultValue();
      if (defaultValue != null) {
        assertThat(ValueCheck.check(attribute, defaultValue))
            .as(kind + " " + attribute.name())
            .isEqualTo(defaultValue);
      }
      attribute.with().ifPresent(other -> assertThat(kind.attributes()).containsKey(other));
      assertThat(kind.attributes().keySet()).containsAll(attribute.disables());
    }
    assertThat(kind.attributes().keySet()).containsAll(kind.ownNames());
  }

  @ParameterizedTest
  @MethodSource
  void refusesByName(String name, Object value, String why) {
    Attributes queue = Attributes.of(ObjectKind.QUEUE, NAMED);

    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> queue.with(Map.of(name, value)));

    assertThat(refused.code()).isEqualTo(SempCode.INVALID_PARAMETER);
    assertThat(refused.description()).contains("'" + name + "'").contains(why);
  }

  static Stream<Arguments> refusesByName() {
    return Stream.of(
        Arguments.of("nonsense", true, "has no attribute"),
        Arguments.of("ingressEnabled", "true", "not a boolean"),
        Arguments.of("maxTtl", "5", "not a whole number"),
        Arguments.of("maxTtl", 1.5, "not a whole number"),
        Arguments.of("maxRedeliveryCount", 256L, "outside 0..255"),
        Arguments.of("maxRedeliveryCount", -1L, "outside 0..255"),
        Arguments.of("permission", "all", "not one of no-access, read-only, consume"),
        Arguments.of("owner", "x".repeat(190), "length outside 0..189"),
        Arguments.of("deadMsgQueue", "a*", "not of the form"),
        Arguments.of("queueName", "other", "cannot be changed"),
        Arguments.of(
            "eventBindCountThreshold", Map.of("setPercent", 101L, "clearPercent", 1L), "100"),
        Arguments.of(
            "eventBindCountThreshold", Map.of("setPercent", 1L, "clearPercent", 2L), "clears"));
  }

  @Test
  void refusesHalfAThreshold() {
    Attributes queue = Attributes.of(ObjectKind.QUEUE, NAMED);

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () -> queue.with(Map.of("eventBindCountThreshold", Map.of("setValue", 7L))));

    assertThat(refused.code()).isEqualTo(SempCode.MISSING_PARAMETER);
  }

  @Test
  void requiresTheAttributesThatNameIt() {
    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () -> Attributes.of(ObjectKind.QUEUE, Map.of("msgVpnName", "default")));

    assertThat(refused.code()).isEqualTo(SempCode.MISSING_PARAMETER);
    assertThat(refused.description()).isEqualTo("queue needs attribute 'queueName'");
  }

  @Test
  void leavesTheRestWhenSomeAreChanged() {
    Attributes queue = Attributes.of(ObjectKind.QUEUE, NAMED).with(Map.of("maxTtl", 60));

    Attributes changed = queue.with(Map.of("ingressEnabled", true));

    assertThat(changed.number("maxTtl")).isEqualTo(60);
    assertThat(changed.bool("ingressEnabled")).isTrue();
    assertThat(queue.bool("ingressEnabled")).isFalse();
    assertThat(changed.key()).isEqualTo(ObjectKey.of(ObjectKind.QUEUE, "default", "orders"));
  }

  @Test
  void takesDefaultsWhenReplacedButKeepsSecrets() {
    Attributes user =
        Attributes.of(
            ObjectKind.CLIENT_USERNAME,
            Map.of(
                "msgVpnName", "default",
                "clientUsername", "bridge",
                "password", "hush",
                "enabled", true));

    Attributes replaced = user.replacedBy(Map.of("subscriptionManagerEnabled", true), _ -> true);

    assertThat(replaced.bool("enabled")).isFalse();
    assertThat(replaced.bool("subscriptionManagerEnabled")).isTrue();
    assertThat(replaced.text("password")).isEqualTo("hush");
  }

  @Test
  void keepsAttributesThatMayNotBeReplaced() {
    Attributes vpn =
        Attributes.of(
            ObjectKind.MSG_VPN,
            Map.of("msgVpnName", "default", "maxMsgSpoolUsage", 10, "eventLogTag", "tag"));

    Attributes replaced =
        vpn.replacedBy(Map.of(), attribute -> !attribute.is(Attribute.Flag.GLOBAL));

    assertThat(replaced.number("maxMsgSpoolUsage")).isEqualTo(10);
    assertThat(replaced.text("eventLogTag")).isEmpty();
  }

  @Test
  void resetsASecretWithTheReadableAttributeItBelongsTo() {
    String name = "replicationBridgeAuthenticationBasicClientUsername";
    String secret = "replicationBridgeAuthenticationBasicPassword";
    Attributes vpn =
        Attributes.of(
            ObjectKind.MSG_VPN, Map.of("msgVpnName", "default", name, "bridge", secret, "hush"));

    assertThat(vpn.replacedBy(Map.of(name, "bridge"), _ -> true).text(secret)).isEqualTo("hush");
    assertThat(vpn.replacedBy(Map.of(), _ -> true).text(secret)).isEmpty();
  }

  @Test
  void changesCompanionsTogether() {
    Attributes vpn = Attributes.of(ObjectKind.MSG_VPN, Map.of("msgVpnName", "default"));

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class,
            () -> vpn.with(Map.of("eventPublishTopicFormatMqttEnabled", true)));
    Attributes unchanged = vpn.with(Map.of("eventPublishTopicFormatMqttEnabled", false));

    assertThat(refused.code()).isEqualTo(SempCode.MISSING_PARAMETER);
    assertThat(unchanged).isEqualTo(vpn);
  }

  @Test
  void canBeReadAndWrittenBack() {
    for (ObjectKind kind : ObjectKind.values()) {
      HashMap<String, Object> given = new HashMap<>();
      for (Attribute attribute : kind.attributes().values()) {
        if (attribute.is(Attribute.Flag.ID)) {
          given.put(
              attribute.name(),
              attribute.type() == Attribute.Type.ENUM
                  ? attribute.enumValues().getFirst()
                  : attribute.is(Attribute.Flag.CIDR) ? "10.0.0.0/8" : "name");
        }
      }
      Attributes object = Attributes.of(kind, given);

      assertThat(object.with(object.values())).isEqualTo(object);
      assertThat(Attributes.of(kind, object.values())).isEqualTo(object);
    }
  }

  @Test
  void acceptsOnlyAddressesWithAPrefix() {
    Attribute attribute =
        Objects.requireNonNull(
            ObjectKind.CLIENT_CONNECT_EXCEPTION.attributes().get("clientConnectExceptionAddress"));

    for (String good : List.of("10.0.0.0/8", "0.0.0.0/0", "fe80::/64", "::1/128", "1.2.3.4/32")) {
      assertThat(ValueCheck.check(attribute, good)).isEqualTo(good);
    }
    for (String bad :
        List.of("10.0.0.0", "10.0.0.0/33", "localhost/8", "::1/129", "1.2.3/8", "/8")) {
      assertThat(
              catchThrowableOfType(RefusedException.class, () -> ValueCheck.check(attribute, bad)))
          .as(bad)
          .isNotNull();
    }
  }

  @Test
  void neverPrintsASecret() {
    Attributes user =
        Attributes.of(
            ObjectKind.CLIENT_USERNAME,
            Map.of("msgVpnName", "default", "clientUsername", "bridge", "password", "hush"));

    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class, () -> user.with(Map.of("password", "hush".repeat(40))));

    assertThat(user.toString()).contains("bridge").doesNotContain("hush");
    assertThat(refused.getMessage()).contains("'password'").doesNotContain("hush");
  }
}
