package stripebridge.sandbox.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The rules between configuration objects.
class AdministrationTest {

  private static final ObjectKey VPN = ObjectKey.of(ObjectKind.MSG_VPN, "v");

  private final Broker engine =
      new Broker(
          new BrokerSettings(
              InstantSource.system(),
              _ -> {},
              1 << 20,
              1 << 16,
              1 << 20,
              10,
              10,
              false,
              10,
              1 << 16,
              false));
  private final BrokerManagement broker = engine.administration();

  @AfterEach
  void stop() {
    engine.close();
  }

  @BeforeEach
  void createVpn() {
    broker.create(Attributes.of(ObjectKind.MSG_VPN, Map.of("msgVpnName", "v")));
  }

  @Test
  void givesAVpnItsDefaults() {
    assertThat(broker.find(ObjectKey.of(ObjectKind.CLIENT_PROFILE, "v", "default"))).isPresent();
    assertThat(broker.find(ObjectKey.of(ObjectKind.ACL_PROFILE, "v", "default"))).isPresent();
    assertThat(broker.find(ObjectKey.of(ObjectKind.CLIENT_USERNAME, "v", "default"))).isPresent();
  }

  @Test
  void listsOnlyChildrenOrderedByName() {
    broker.create(Attributes.of(ObjectKind.MSG_VPN, Map.of("msgVpnName", "w")));
    for (String name : List.of("b", "a", "a/b", "Z")) {
      broker.create(queue("v", name));
    }
    broker.create(queue("w", "other"));
    broker.create(subscription("a", "t/>"));
    broker.create(subscription("a/b", "u"));

    assertThat(broker.children(VPN, ObjectKind.QUEUE))
        .extracting(queue -> queue.text("queueName"))
        .containsExactly("Z", "a", "a/b", "b");
    assertThat(
            broker.children(
                ObjectKey.of(ObjectKind.QUEUE, "v", "a"), ObjectKind.QUEUE_SUBSCRIPTION))
        .extracting(subscription -> subscription.text("subscriptionTopic"))
        .containsExactly("t/>");
  }

  @Test
  void refusesASecondObjectWithTheSameName() {
    broker.create(queue("v", "q"));

    assertThat(refused(() -> broker.create(queue("v", "q")))).isEqualTo(SempCode.ALREADY_EXISTS);
  }

  @Test
  void refusesAChildWithoutItsParent() {
    assertThat(refused(() -> broker.create(queue("none", "q")))).isEqualTo(SempCode.NOT_FOUND);
    assertThat(refused(() -> broker.create(subscription("none", "t"))))
        .isEqualTo(SempCode.NOT_FOUND);
    assertThat(broker.children(ObjectKey.of(ObjectKind.MSG_VPN, "none"), ObjectKind.QUEUE))
        .isEmpty();
  }

  @Test
  void refusesAUsernameWithoutItsProfiles() {
    assertThat(refused(() -> broker.create(user(Map.of("clientProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);
    assertThat(refused(() -> broker.create(user(Map.of("aclProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);

    broker.create(user(Map.of()));
    ObjectKey key = user(Map.of()).key();
    assertThat(
            refused(() -> broker.update(key, user -> user.with(Map.of("aclProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);
  }

  @Test
  void keepsAProfileInUse() {
    ObjectKey profile = ObjectKey.of(ObjectKind.CLIENT_PROFILE, "v", "p");
    ObjectKey acl = ObjectKey.of(ObjectKind.ACL_PROFILE, "v", "p");
    broker.create(Attributes.of(ObjectKind.CLIENT_PROFILE, profile.asAttributes()));
    broker.create(Attributes.of(ObjectKind.ACL_PROFILE, acl.asAttributes()));
    Attributes user = user(Map.of("clientProfileName", "p", "aclProfileName", "p"));
    broker.create(user);

    assertThat(refused(() -> broker.delete(profile)))
        .isEqualTo(SempCode.CONFIGDB_OBJECT_DEPENDENCY);
    assertThat(refused(() -> broker.delete(acl))).isEqualTo(SempCode.NOT_ALLOWED);

    broker.delete(user.key());
    broker.delete(profile);
    broker.delete(acl);
    assertThat(broker.find(profile)).isEmpty();
    assertThat(broker.find(acl)).isEmpty();
  }

  @Test
  void deletesChildren() {
    Attributes queue = queue("v", "q");
    Attributes subscription = subscription("q", "a/b");
    broker.create(queue);
    broker.create(subscription);

    broker.delete(queue.key());

    assertThat(broker.find(subscription.key())).isEmpty();
    assertThat(refused(() -> broker.delete(queue.key()))).isEqualTo(SempCode.NOT_FOUND);
  }

  @Test
  void deletesAVpnWithItsDefaults() {
    broker.delete(VPN);

    assertThat(broker.vpns()).extracting(vpn -> vpn.text("msgVpnName")).doesNotContain("v");
    assertThat(broker.find(ObjectKey.of(ObjectKind.CLIENT_USERNAME, "v", "default")))
        .isEqualTo(Optional.empty());
  }

  @Test
  void keepsTheDefaultsOfAVpn() {
    for (ObjectKind kind :
        List.of(ObjectKind.CLIENT_PROFILE, ObjectKind.ACL_PROFILE, ObjectKind.CLIENT_USERNAME)) {
      assertThat(refused(() -> broker.delete(ObjectKey.of(kind, "v", "default"))))
          .isEqualTo(SempCode.NOT_ALLOWED);
    }
  }

  private static SempCode refused(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).code();
  }

  private static Attributes queue(String vpn, String name) {
    return Attributes.of(ObjectKind.QUEUE, Map.of("msgVpnName", vpn, "queueName", name));
  }

  private static Attributes subscription(String queue, String topic) {
    return Attributes.of(
        ObjectKind.QUEUE_SUBSCRIPTION,
        Map.of("msgVpnName", "v", "queueName", queue, "subscriptionTopic", topic));
  }

  private static Attributes user(Map<String, Object> more) {
    return Attributes.of(
            ObjectKind.CLIENT_USERNAME, Map.of("msgVpnName", "v", "clientUsername", "someone"))
        .with(more);
  }
}
