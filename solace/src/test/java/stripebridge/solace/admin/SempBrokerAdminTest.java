package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.broker.BrokerAdmin.Applied;
import stripebridge.core.broker.BrokerAdmin.PartsOf;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings.Credentials;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclException.Syntax;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Threshold;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.sandbox.SandboxOptions;

class SempBrokerAdminTest {
  private static final PartsOf ALL = (_, _) -> true;
  private static final Map<String, Secret> SECRETS = Map.of("PASSWORD", new Secret("p4ss"));
  private static final SempVersion OFFICIAL = new SempVersion(2, 39);

  private final WatchedBroker broker =
      new WatchedBroker(
          SandboxOptions.defaults()
              .withSempVersion("2.39")
              .withSempUser(SandboxOptions.SempUser.ofVpn("default", "few", "rights"))
              .withSempUser(SandboxOptions.SempUser.ofVpn("other", "alien", "rights"))
              .withSempToken("t0ken"));

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void readsAllObjectsOfTheMessageVpn() throws Exception {
    broker.sandbox.vpn("default").createQueue("q", Map.of("maxTtl", 7)).subscribe("q", "a/>");
    broker.sandbox.vpn("default").createQueue("left", Map.of()).subscribe("left", "b");
    broker.sandbox.vpn("default").createAclProfile("acl", Map.of()).addPublishException("acl", "x");

    FoundBroker found = broker.admin().read((_, name) -> !name.equals("left"));

    assertThat(found.topology().sempVersion()).isEqualTo(OFFICIAL);
    assertThat(found.vpn())
        .containsEntry("enabled", new Flag(true))
        .containsKey("maxMsgSpoolUsage");
    assertThat(found.unreadable()).isEmpty();
    assertThat(found.unwritable()).isEmpty();
    BrokerObjects objects = found.topology().objects();
    assertThat(objects.queues()).extracting(QueueSpec::name).containsExactly("left", "q");
    assertThat(objects.queues().get(0).subscriptions()).isEmpty();
    assertThat(objects.queues().get(1).subscriptions()).containsExactly("a/>");
    assertThat(objects.queues().get(1).attributes())
        .containsEntry("maxTtl", new Whole(7))
        .containsEntry("permission", new Text("no-access"))
        .containsEntry("eventBindCountThreshold", new Threshold(Unit.PERCENT, 80, 60));
    assertThat(objects.aclProfiles())
        .filteredOn(profile -> profile.name().equals("acl"))
        .flatExtracting(AclProfileSpec::exceptions)
        .containsExactly(new AclException(AclException.Kind.PUBLISH_TOPIC, Syntax.SMF, "x"));
    assertThat(objects.clientProfiles()).isNotEmpty();
    assertThat(objects.clientUsernames()).extracting("name").contains("default");
  }

  @Test
  void readsEveryPageAndAsksOnceForThePartsOfAQueue() throws Exception {
    for (int number = 0; number < 250; number++) {
      String queue = "q%04d".formatted(number);
      broker.sandbox.vpn("default").createQueue(queue, Map.of());
      for (String topic : List.of("a", "b", "c")) {
        broker.sandbox.vpn("default").subscribe(queue, topic + "/" + queue);
      }
    }

    FoundBroker found = broker.admin().read(ALL);

    assertThat(found.topology().objects().queues())
        .hasSize(250)
        .allSatisfy(queue -> assertThat(queue.subscriptions()).hasSize(3));
    assertThat(broker.asked()).hasSizeLessThanOrEqualTo(250 + 250 / 100 + 20);
  }

  @Test
  void opensOneSession() throws Exception {
    broker.admin().read(ALL);

    List<String> cookies =
        broker.requests().stream().map(request -> request.getHeader("Cookie")).toList();
    assertThat(cookies.getFirst()).isNull();
    assertThat(Set.copyOf(cookies.subList(1, cookies.size())))
        .singleElement()
        .asString()
        .startsWith("SolSession=");
  }

  @Test
  void takesAToken() throws Exception {
    broker.admin(new Credentials.Token(new Secret("t0ken"))).read(ALL);

    assertThat(broker.requests())
        .extracting(request -> request.getHeader("Authorization"))
        .containsOnly("Bearer t0ken");
  }

  /// Shows that the generated client has every attribute that a topology can set.
  @ParameterizedTest
  @EnumSource
  void writesAndReadsEachAttribute(ObjectKind kind) throws Exception {
    SempBrokerAdmin admin = broker.admin();
    Resource object = object(kind);
    admin.apply(new Change.Create(object, Map.of()), SECRETS);
    for (Attribute attribute : kind.attributes().settable()) {
      if (attribute.since().compareTo(OFFICIAL) <= 0 && !isReference(attribute)) {
        AttributeValue other = other(attribute);
        AttributeChange change = new AttributeChange(attribute.name(), null, other, false);
        admin.apply(new Change.Update(object, List.of(change)), SECRETS);

        if (attribute.writeOnly()) {
          assertThat(attributes(admin, kind)).doesNotContainKey(attribute.name());
        } else {
          assertThat(attributes(admin, kind)).containsEntry(attribute.name(), other);
        }
      }
    }
  }

  @Test
  void createsAndDeletesEachKindOfResource() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    List<Resource> resources =
        List.of(
            new Resource.ClientProfile("p"),
            new Resource.AclProfile("a"),
            exception(AclException.Kind.CLIENT_CONNECT, Syntax.SMF, "10.0.0.0/8"),
            exception(AclException.Kind.PUBLISH_TOPIC, Syntax.SMF, "acme/,orders~*/>"),
            exception(AclException.Kind.SUBSCRIBE_TOPIC, Syntax.MQTT, "acme/+/#"),
            new Resource.ClientUsername("u ser/é"),
            new Resource.Queue("#q/ü %2F+"),
            new Resource.Subscription("#q/ü %2F+", "a b/*/>"));
    for (Resource resource : resources) {
      assertThat(admin.apply(new Change.Create(resource, Map.of()), Map.of()))
          .isEqualTo(Applied.CHANGED);
    }

    BrokerObjects made = admin.read(ALL).topology().objects();
    assertThat(made.queues())
        .singleElement()
        .satisfies(queue -> {
          assertThat(queue.name()).isEqualTo("#q/ü %2F+");
          assertThat(queue.subscriptions()).containsExactly("a b/*/>");
        });
    assertThat(made.aclProfiles())
        .filteredOn(profile -> profile.name().equals("a"))
        .singleElement()
        .extracting(AclProfileSpec::exceptions)
        .isEqualTo(
            Set.of(
                new AclException(AclException.Kind.CLIENT_CONNECT, Syntax.SMF, "10.0.0.0/8"),
                new AclException(AclException.Kind.PUBLISH_TOPIC, Syntax.SMF, "acme/,orders~*/>"),
                new AclException(AclException.Kind.SUBSCRIBE_TOPIC, Syntax.MQTT, "acme/+/#")));

    for (Resource resource : resources.reversed()) {
      assertThat(admin.apply(new Change.Delete(resource), Map.of())).isEqualTo(Applied.CHANGED);
      assertThat(admin.apply(new Change.Delete(resource), Map.of())).isEqualTo(Applied.ALREADY);
    }
    assertThat(broker.asked())
        .contains(
            "DELETE /SEMP/v2/config/msgVpns/default/aclProfiles/a/publishTopicExceptions/"
                + "smf,acme%2F%2Corders~%2A%2F%3E",
            "DELETE /SEMP/v2/config/msgVpns/default/queues/%23q%2F%C3%BC%20%252F%2B/subscriptions/"
                + "a%20b%2F%2A%2F%3E");
  }

  @Test
  void acceptsAnExistingObjectThatIsAsWanted() throws Exception {
    broker.sandbox.vpn("default").createQueue("q", Map.of("maxTtl", 7)).subscribe("q", "t");
    SempBrokerAdmin admin = broker.admin();

    assertThat(admin.apply(queue("q", Map.of("maxTtl", new Whole(7))), Map.of()))
        .isEqualTo(Applied.ALREADY);
    assertThat(
            admin.apply(new Change.Create(new Resource.Subscription("q", "t"), Map.of()), Map.of()))
        .isEqualTo(Applied.ALREADY);
    assertThatThrownBy(() -> admin.apply(queue("q", Map.of("maxTtl", new Whole(8))), Map.of()))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageStartingWith(
            "cannot create queue 'q' in message VPN 'default' (maxTtl): SEMP said ALREADY_EXISTS");
  }

  @Test
  void writesThePasswordOfAnExistingUsername() throws Exception {
    broker.sandbox.vpn("default").createClientUsername("u", Map.of("enabled", true));

    Applied applied =
        broker
            .admin()
            .apply(
                new Change.Create(
                    new Resource.ClientUsername("u"),
                    Map.of("enabled", new Flag(true), "password", new SecretReference("PASSWORD"))),
                SECRETS);

    assertThat(applied).isEqualTo(Applied.ALREADY);
    assertThat(broker.requests().getLast().getBodyAsString()).isEqualTo("{\"password\":\"p4ss\"}");
  }

  @Test
  void sendsNothingForChangesThatKeep() throws Exception {
    Change keep = new Change.Keep(new Resource.Queue("q"));
    assertThat(broker.admin().apply(keep, Map.of())).isEqualTo(Applied.ALREADY);
    assertThat(broker.asked()).isEmpty();
  }

  @Test
  void namesObjectAndAttributeThatTheBrokerRefuses() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    Map<String, AttributeValue> attributes =
        Map.of("maxTtl", new Whole(1), "maxMsgSize", new Whole(99_000_000));

    assertThatThrownBy(() -> admin.apply(queue("q", attributes), Map.of()))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageStartingWith(
            "cannot create queue 'q' in message VPN 'default' (maxMsgSize): SEMP said "
                + "INVALID_PARAMETER (11): ");
  }

  @Test
  void saysThatAParentIsMissing() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    Resource subscription = new Resource.Subscription("nowhere", "t");

    assertThatThrownBy(() -> admin.apply(new Change.Create(subscription, Map.of()), Map.of()))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageStartingWith(
            "cannot create subscription 't' of queue 'nowhere' in message VPN 'default': ");
  }

  @Test
  void saysThatAProfileIsInUse() throws Exception {
    broker
        .sandbox
        .vpn("default")
        .createAclProfile("a", Map.of())
        .createClientUsername("u", Map.of("aclProfileName", "a"));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.apply(new Change.Delete(new Resource.AclProfile("a")), Map.of()))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageContaining("ACL profile 'a'");
  }

  @Test
  void refusesAChangeWithoutItsSecret() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    Change change =
        new Change.Create(
            new Resource.ClientUsername("u"), Map.of("password", new SecretReference("NONE")));

    assertThatThrownBy(() -> admin.apply(change, SECRETS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("${env:NONE}");
  }

  @Test
  void reportsWhatAUserOfOneMessageVpnMayNotWrite() throws Exception {
    SempBrokerAdmin few = broker.admin(new Credentials.Basic("few", new Secret("rights")));

    FoundBroker found = few.read(ALL);

    assertThat(found.unwritable())
        .isEqualTo(Map.of(ObjectKind.CLIENT_PROFILE, "global read-write"));
    assertThat(found.topology().objects().clientProfiles()).isNotEmpty();
    assertThatThrownBy(
            () -> few.apply(new Change.Create(new Resource.ClientProfile("p"), Map.of()), Map.of()))
        .isInstanceOf(BrokerException.Refused.class)
        .hasMessageStartingWith("cannot create client profile 'p' in message VPN 'default': ");
    assertThat(few.apply(queue("q", Map.of()), Map.of())).isEqualTo(Applied.CHANGED);
  }

  @Test
  void refusesAWrongPasswordAndAForeignUser() throws Exception {
    SempBrokerAdmin wrong = broker.admin(new Credentials.Basic("admin", new Secret("wr0ng")));
    assertThatThrownBy(() -> wrong.read(ALL))
        .isInstanceOf(BrokerException.Refused.class)
        .hasMessageContaining("UNAUTHORIZED")
        .hasMessageNotContaining("wr0ng");
    assertThat(broker.asked()).hasSize(1);

    SempBrokerAdmin alien = broker.admin(new Credentials.Basic("alien", new Secret("rights")));
    assertThatThrownBy(() -> alien.read(ALL)).isInstanceOf(BrokerException.Refused.class);
  }

  @Test
  void saysThatThereIsNoSuchMessageVpn() throws Exception {
    SempBrokerAdmin admin = broker.admin(WatchedBroker.ADMIN, "nowhere", SempOptions.DEFAULTS);

    assertThatThrownBy(() -> admin.read(ALL))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessage("cannot read message VPN 'nowhere': there is no such message VPN");
  }

  /// `DELETE …/queues/..` would delete something else.
  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void refusesANameThatAPathCannotHave(String name) throws Exception {
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.apply(new Change.Delete(new Resource.Queue(name)), Map.of()))
        .isInstanceOf(BrokerException.Invalid.class);
    assertThatThrownBy(
            () -> admin.apply(new Change.Delete(new Resource.Subscription("q", name)), Map.of()))
        .isInstanceOf(BrokerException.Invalid.class);
    assertThatThrownBy(() -> admin.setIngress(name, false))
        .isInstanceOf(BrokerException.Invalid.class);
    assertThatThrownBy(() -> admin.flows(name)).isInstanceOf(BrokerException.Invalid.class);
    assertThat(admin.queue(name)).isEmpty();
    assertThat(broker.asked()).isEmpty();
  }

  private static Change queue(String name, Map<String, AttributeValue> attributes) {
    return new Change.Create(new Resource.Queue(name), attributes);
  }

  private static Resource exception(AclException.Kind kind, Syntax syntax, String value) {
    return new Resource.AclProfileException("a", new AclException(kind, syntax, value));
  }

  private static Resource object(ObjectKind kind) {
    return switch (kind) {
      case CLIENT_PROFILE -> new Resource.ClientProfile("it");
      case ACL_PROFILE -> new Resource.AclProfile("it");
      case CLIENT_USERNAME -> new Resource.ClientUsername("it");
      case QUEUE -> new Resource.Queue("it");
    };
  }

  private static Map<String, AttributeValue> attributes(SempBrokerAdmin admin, ObjectKind kind)
      throws Exception {
    BrokerObjects found = admin.read((_, _) -> false).topology().objects();
    Map<String, Map<String, AttributeValue>> byName = new HashMap<>();
    switch (kind) {
      case CLIENT_PROFILE ->
          found.clientProfiles().forEach(it -> byName.put(it.name(), it.attributes()));
      case ACL_PROFILE -> found.aclProfiles().forEach(it -> byName.put(it.name(), it.attributes()));
      case CLIENT_USERNAME ->
          found.clientUsernames().forEach(it -> byName.put(it.name(), it.attributes()));
      case QUEUE -> found.queues().forEach(it -> byName.put(it.name(), it.attributes()));
    }
    return Objects.requireNonNull(byName.get("it"));
  }

  /// Whether the value names an object that would have to exist.
  private static boolean isReference(Attribute attribute) {
    return attribute.name().endsWith("ProfileName");
  }

  private static AttributeValue other(Attribute attribute) {
    return switch (attribute.type()) {
      case AttributeType.Flag _ -> new Flag(!new Flag(true).equals(attribute.byDefault()));
      case AttributeType.Whole(long min, long max) ->
          new Whole(new Whole(max).equals(attribute.byDefault()) ? min : max);
      case AttributeType.Text _ -> new Text("other");
      case AttributeType.Choice(List<String> words) ->
          words.stream()
              .<AttributeValue>map(Text::new)
              .filter(word -> !word.equals(attribute.byDefault()))
              .findFirst()
              .orElseThrow();
      case AttributeType.Threshold(Set<Unit> units) ->
          new Threshold(units.contains(Unit.VALUE) ? Unit.VALUE : Unit.PERCENT, 7, 5);
      case AttributeType.Secret _ -> new SecretReference("PASSWORD");
    };
  }
}
