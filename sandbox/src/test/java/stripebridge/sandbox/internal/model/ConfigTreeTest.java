package stripebridge.sandbox.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigTreeTest {

  private static final ObjectKey VPN = ObjectKey.of(Kind.MSG_VPN, "v");

  private final ConfigTree tree = new ConfigTree();

  @BeforeEach
  void makeAVpn() {
    tree.create(Attributes.of(Kind.MSG_VPN, Map.of("msgVpnName", "v")));
  }

  @Test
  void givesAVpnItsDefaults() {
    assertThat(tree.find(ObjectKey.of(Kind.CLIENT_PROFILE, "v", "default"))).isPresent();
    assertThat(tree.find(ObjectKey.of(Kind.ACL_PROFILE, "v", "default"))).isPresent();
    assertThat(tree.find(ObjectKey.of(Kind.CLIENT_USERNAME, "v", "default"))).isPresent();
  }

  @Test
  void listsChildrenByNameAndNoOthers() {
    tree.create(Attributes.of(Kind.MSG_VPN, Map.of("msgVpnName", "w")));
    for (var name : List.of("b", "a", "a/b", "Z")) {
      tree.create(queue("v", name));
    }
    tree.create(queue("w", "other"));
    tree.create(subscription("a", "t/>"));
    tree.create(subscription("a/b", "u"));

    assertThat(tree.children(VPN, Kind.QUEUE))
        .extracting(queue -> queue.text("queueName"))
        .containsExactly("Z", "a", "a/b", "b");
    assertThat(tree.children(ObjectKey.of(Kind.QUEUE, "v", "a"), Kind.QUEUE_SUBSCRIPTION))
        .extracting(subscription -> subscription.text("subscriptionTopic"))
        .containsExactly("t/>");
  }

  @Test
  void refusesASecondObjectOfAName() {
    tree.create(queue("v", "q"));

    assertThat(refused(() -> tree.create(queue("v", "q")))).isEqualTo(SempCode.ALREADY_EXISTS);
  }

  @Test
  void refusesAChildWithoutItsParent() {
    assertThat(refused(() -> tree.create(queue("none", "q")))).isEqualTo(SempCode.NOT_FOUND);
    assertThat(refused(() -> tree.create(subscription("none", "t")))).isEqualTo(SempCode.NOT_FOUND);
    assertThat(tree.children(ObjectKey.of(Kind.MSG_VPN, "none"), Kind.QUEUE)).isEmpty();
  }

  @Test
  void refusesAUsernameWithoutItsProfiles() {
    assertThat(refused(() -> tree.create(user(Map.of("clientProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);
    assertThat(refused(() -> tree.create(user(Map.of("aclProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);

    tree.create(user(Map.of()));
    var key = user(Map.of()).key();
    assertThat(refused(() -> tree.update(key, user -> user.with(Map.of("aclProfileName", "none")))))
        .isEqualTo(SempCode.NOT_FOUND);
  }

  @Test
  void keepsAProfileInUse() {
    var profile = ObjectKey.of(Kind.CLIENT_PROFILE, "v", "p");
    var acl = ObjectKey.of(Kind.ACL_PROFILE, "v", "p");
    tree.create(Attributes.of(Kind.CLIENT_PROFILE, profile.asAttributes()));
    tree.create(Attributes.of(Kind.ACL_PROFILE, acl.asAttributes()));
    var user = user(Map.of("clientProfileName", "p", "aclProfileName", "p"));
    tree.create(user);

    assertThat(refused(() -> tree.delete(profile))).isEqualTo(SempCode.CONFIGDB_OBJECT_DEPENDENCY);
    assertThat(refused(() -> tree.delete(acl))).isEqualTo(SempCode.NOT_ALLOWED);

    tree.delete(user.key());
    tree.delete(profile);
    tree.delete(acl);
    assertThat(tree.find(profile)).isEmpty();
    assertThat(tree.find(acl)).isEmpty();
  }

  @Test
  void deletesWhatIsBelow() {
    var queue = queue("v", "q");
    var subscription = subscription("q", "a/b");
    tree.create(queue);
    tree.create(subscription);

    tree.delete(queue.key());

    assertThat(tree.find(subscription.key())).isEmpty();
    assertThat(refused(() -> tree.delete(queue.key()))).isEqualTo(SempCode.NOT_FOUND);
  }

  @Test
  void deletesAVpnOnlyWhenItIsShutAndEmpty() {
    tree.create(queue("v", "q"));
    assertThat(refused(() -> tree.delete(VPN))).isEqualTo(SempCode.NOT_ALLOWED);

    tree.delete(queue("v", "q").key());
    tree.update(VPN, vpn -> vpn.with(Map.of("enabled", true)));
    assertThat(refused(() -> tree.delete(VPN))).isEqualTo(SempCode.NOT_ALLOWED);

    tree.update(VPN, vpn -> vpn.with(Map.of("enabled", false)));
    tree.delete(VPN);
    assertThat(tree.all(Kind.MSG_VPN)).isEmpty();
    assertThat(tree.find(ObjectKey.of(Kind.CLIENT_USERNAME, "v", "default")))
        .isEqualTo(Optional.empty());
  }

  @Test
  void keepsTheDefaultsOfAVpn() {
    for (var kind : List.of(Kind.CLIENT_PROFILE, Kind.ACL_PROFILE, Kind.CLIENT_USERNAME)) {
      assertThat(refused(() -> tree.delete(ObjectKey.of(kind, "v", "default"))))
          .isEqualTo(SempCode.NOT_ALLOWED);
    }
  }

  private static SempCode refused(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).refusal().code();
  }

  private static Attributes queue(String vpn, String name) {
    return Attributes.of(Kind.QUEUE, Map.of("msgVpnName", vpn, "queueName", name));
  }

  private static Attributes subscription(String queue, String topic) {
    return Attributes.of(
        Kind.QUEUE_SUBSCRIPTION,
        Map.of("msgVpnName", "v", "queueName", queue, "subscriptionTopic", topic));
  }

  private static Attributes user(Map<String, Object> more) {
    return Attributes.of(
            Kind.CLIENT_USERNAME, Map.of("msgVpnName", "v", "clientUsername", "someone"))
        .with(more);
  }
}
