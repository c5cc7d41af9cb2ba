package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import stripebridge.core.broker.BrokerAdmin.PartsOf;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.topology.AclException;
import stripebridge.core.topology.AclProfileSpec;
import stripebridge.core.topology.AttributeValue;
import stripebridge.core.topology.BrokerObjects;
import stripebridge.core.topology.ClientProfileSpec;
import stripebridge.core.topology.ClientUsernameSpec;
import stripebridge.core.topology.FoundTopology;
import stripebridge.core.topology.ObjectKind;
import stripebridge.core.topology.QueueSpec;
import stripebridge.core.topology.SempVersion;
import stripebridge.semp.ApiClient;
import stripebridge.semp.config.AboutApi;

/// Reads everything that a plan needs, as much of it side by side as the broker likes.
final class TopologyReading {
  /// SEMP 2.14 brought exceptions for share names, under that name.
  private static final SempVersion SHARE_NAMES = new SempVersion(2, 14);

  private final Requests requests;
  private final ConfigObjects objects;
  private final AboutApi about;

  TopologyReading(Requests requests, ConfigObjects objects, ApiClient client) {
    this.requests = requests;
    this.objects = objects;
    this.about = new AboutApi(client);
  }

  FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException {
    // First and alone: it says whether this is SEMP, and whether the user is known.
    SempVersion version = version();
    Map<String, AttributeValue> vpn = vpn();
    Map<ObjectKind, String> unreadable = new EnumMap<>(ObjectKind.class);
    Map<ObjectKind, List<JsonObject>> found = new EnumMap<>(ObjectKind.class);
    List<Callable<Found>> kinds = new ArrayList<>();
    for (ObjectKind kind : ObjectKind.values()) {
      kinds.add(() -> objects(kind));
    }
    for (Found each : requests.sideBySide(kinds)) {
      found.put(each.kind(), each.objects());
      if (!each.unreadable().isEmpty()) {
        unreadable.put(each.kind(), each.unreadable());
      }
    }
    BrokerObjects all = withParts(found, partsOf, version);
    return new FoundBroker(new FoundTopology(version, all), vpn, unreadable, Map.of());
  }

  private SempVersion version() throws BrokerException, InterruptedException {
    String what = "cannot read the SEMP version of the broker";
    try {
      String text =
          SempValues.text(requests.ask(about::getAboutApi).getAsJsonObject("data"), "sempVersion");
      return SempVersion.parse(text)
          .orElseThrow(
              () -> new BrokerException.Unavailable(what + ": it says '" + text + "'", null));
    } catch (SempFailure e) {
      throw e.toBrokerException(what);
    }
  }

  private Map<String, AttributeValue> vpn() throws BrokerException, InterruptedException {
    try {
      JsonObject data = requests.ask(objects::readVpn).getAsJsonObject("data");
      Map<String, AttributeValue> attributes = new LinkedHashMap<>();
      data.asMap()
          .forEach((name, value) ->
              SempValues.value(value).ifPresent(known -> attributes.put(name, known)));
      return attributes;
    } catch (SempFailure e) {
      return switch (e.kind()) {
        case NOT_PERMITTED -> Map.of();
        case MISSING ->
            throw new BrokerException.Invalid(
                "cannot read VPN '%s': %s".formatted(objects.vpn(), e.seen()), e);
        default -> throw e.toBrokerException("cannot read VPN '" + objects.vpn() + "'");
      };
    }
  }

  /// @param unreadable what the broker said to a user who may not; else empty
  private record Found(ObjectKind kind, List<JsonObject> objects, String unreadable) {}

  private Found objects(ObjectKind kind) throws BrokerException, InterruptedException {
    try {
      return new Found(kind, data(cursor -> objects.page(kind, cursor)), "");
    } catch (SempFailure e) {
      if (e.kind() == SempFailure.Kind.NOT_PERMITTED) {
        return new Found(kind, List.of(), e.seen());
      }
      throw e.toBrokerException(
          "cannot list the %ss of VPN '%s'".formatted(kind.words(), objects.vpn()));
    }
  }

  private List<JsonObject> data(Requests.PageRequest request)
      throws SempFailure, InterruptedException {
    return requests.all(request).stream().map(Requests.Item::data).toList();
  }

  private BrokerObjects withParts(
      Map<ObjectKind, List<JsonObject>> found, PartsOf partsOf, SempVersion version)
      throws BrokerException, InterruptedException {
    List<Callable<QueueSpec>> queues = new ArrayList<>();
    for (JsonObject json : found.getOrDefault(ObjectKind.QUEUE, List.of())) {
      queues.add(() -> queue(json, partsOf));
    }
    List<Callable<AclProfileSpec>> profiles = new ArrayList<>();
    for (JsonObject json : found.getOrDefault(ObjectKind.ACL_PROFILE, List.of())) {
      profiles.add(() -> aclProfile(json, partsOf, version));
    }
    return new BrokerObjects(
        found.getOrDefault(ObjectKind.CLIENT_PROFILE, List.of()).stream()
            .map(json ->
                new ClientProfileSpec(
                    name(ObjectKind.CLIENT_PROFILE, json),
                    false,
                    attributes(ObjectKind.CLIENT_PROFILE, json)))
            .toList(),
        requests.sideBySide(profiles),
        found.getOrDefault(ObjectKind.CLIENT_USERNAME, List.of()).stream()
            .map(json ->
                new ClientUsernameSpec(
                    name(ObjectKind.CLIENT_USERNAME, json),
                    attributes(ObjectKind.CLIENT_USERNAME, json)))
            .toList(),
        requests.sideBySide(queues));
  }

  private static String name(ObjectKind kind, JsonObject json) {
    return SempValues.text(json, kind.attributes().identity());
  }

  private static Map<String, AttributeValue> attributes(ObjectKind kind, JsonObject json) {
    return SempValues.attributes(kind.attributes(), json);
  }

  private QueueSpec queue(JsonObject json, PartsOf partsOf)
      throws BrokerException, InterruptedException {
    String name = name(ObjectKind.QUEUE, json);
    Set<String> topics = new LinkedHashSet<>();
    if (partsOf.includes(ObjectKind.QUEUE, name)) {
      try {
        for (JsonObject each : data(cursor -> objects.subscriptions(name, cursor))) {
          topics.add(SempValues.text(each, "subscriptionTopic"));
        }
      } catch (SempFailure e) {
        throw e.toBrokerException(
            "cannot list the subscriptions of queue '%s' in VPN '%s'"
                .formatted(name, objects.vpn()));
      }
    }
    return new QueueSpec(name, attributes(ObjectKind.QUEUE, json), topics);
  }

  private AclProfileSpec aclProfile(JsonObject json, PartsOf partsOf, SempVersion version)
      throws BrokerException, InterruptedException {
    String name = name(ObjectKind.ACL_PROFILE, json);
    Set<AclException> exceptions = new LinkedHashSet<>();
    if (partsOf.includes(ObjectKind.ACL_PROFILE, name)) {
      List<Callable<List<AclException>>> kinds =
          Arrays.stream(AclException.Kind.values())
              .filter(kind ->
                  kind != AclException.Kind.SUBSCRIBE_SHARE_NAME
                      || version.compareTo(SHARE_NAMES) >= 0)
              .map(kind -> (Callable<List<AclException>>) () -> exceptions(name, kind))
              .toList();
      requests.sideBySide(kinds).forEach(exceptions::addAll);
    }
    return new AclProfileSpec(name, false, attributes(ObjectKind.ACL_PROFILE, json), exceptions);
  }

  private List<AclException> exceptions(String profile, AclException.Kind kind)
      throws BrokerException, InterruptedException {
    // SEMP names the attributes after the kind: publishTopicException, publishTopicExceptionSyntax.
    String attribute = kind.key().substring(0, kind.key().length() - 1);
    String value = kind == AclException.Kind.CLIENT_CONNECT ? attribute + "Address" : attribute;
    try {
      return data(cursor -> objects.exceptions(profile, kind, cursor)).stream()
          .map(json ->
              new AclException(
                  kind,
                  SempValues.text(json, attribute + "Syntax").equals("mqtt")
                      ? AclException.Syntax.MQTT
                      : AclException.Syntax.SMF,
                  SempValues.text(json, value)))
          .toList();
    } catch (SempFailure e) {
      if (e.kind() == SempFailure.Kind.MISSING) {
        // The broker does not know this kind of exception, or somebody deletes the profile.
        return List.of();
      }
      throw e.toBrokerException(
          "cannot list the %ss of ACL profile '%s' in VPN '%s'"
              .formatted(kind.words().toLowerCase(Locale.ROOT), profile, objects.vpn()));
    }
  }
}
