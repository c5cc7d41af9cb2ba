package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerAdmin.PartsOf;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.SempVersion;

/// Reads what a plan needs from one message VPN.
///
/// The version comes first and alone: it shows whether the server is SEMP and the login is valid,
/// and its response brings the session cookie that all later requests share. The rest is read as
/// fast as the connection allows.
final class SempReader {
  private final SempConnection connection;
  private final SempApis apis;
  private final String vpn;

  SempReader(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.apis = apis;
    this.vpn = vpn;
  }

  FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException {
    SempVersion version = version();
    Map<String, AttributeValue> attributes = vpn();
    Map<ObjectKind, String> unwritable = new SempRights(connection, apis, vpn).unwritable();
    List<Found> found =
        Parallel.all(
            List.of(ObjectKind.values()).stream()
                .map(kind -> (Parallel.Task<Found>) () -> find(kind, partsOf))
                .toList());
    Map<ObjectKind, String> unreadable = new EnumMap<>(ObjectKind.class);
    for (Found kind : found) {
      if (kind.refused() != null) {
        unreadable.put(kind.kind(), kind.refused());
      }
    }
    return new FoundBroker(
        new FoundTopology(version, objects(found)), attributes, unreadable, unwritable);
  }

  /// The objects of one kind.
  ///
  /// @param parts of each object by its name: [String] subscriptions, [AclException] exceptions
  /// @param refused what the broker said when the user may not read the kind
  private record Found(
      ObjectKind kind,
      List<JsonObject> objects,
      Map<String, Set<?>> parts,
      @Nullable String refused) {

    <T> List<T> specs(Function<JsonObject, T> spec) {
      return objects.stream().map(spec).toList();
    }

    <P> Set<P> parts(String name, Class<P> type) {
      Set<P> ofName = new LinkedHashSet<>();
      parts.getOrDefault(name, Set.of()).forEach(part -> ofName.add(type.cast(part)));
      return ofName;
    }

    String name(JsonObject object) {
      return SempJson.text(object, kind.attributes().identity()).orElse("");
    }

    Map<String, AttributeValue> attributes(JsonObject object) {
      return AttributeJson.read(object, kind.attributes());
    }
  }

  private static BrokerObjects objects(List<Found> found) {
    Found profiles = of(ObjectKind.CLIENT_PROFILE, found);
    Found acls = of(ObjectKind.ACL_PROFILE, found);
    Found usernames = of(ObjectKind.CLIENT_USERNAME, found);
    Found queues = of(ObjectKind.QUEUE, found);
    return new BrokerObjects(
        profiles.specs(object ->
            new ClientProfileSpec(profiles.name(object), false, profiles.attributes(object))),
        acls.specs(object ->
            new AclProfileSpec(
                acls.name(object),
                false,
                acls.attributes(object),
                acls.parts(acls.name(object), AclException.class))),
        usernames.specs(
            object -> new ClientUsernameSpec(usernames.name(object), usernames.attributes(object))),
        queues.specs(object ->
            new QueueSpec(
                queues.name(object),
                queues.attributes(object),
                queues.parts(queues.name(object), String.class))));
  }

  private static Found of(ObjectKind kind, List<Found> found) {
    return found.stream().filter(each -> each.kind() == kind).findFirst().orElseThrow();
  }

  private SempVersion version() throws BrokerException, InterruptedException {
    SempOperation operation = SempOperation.of("read the SEMP version");
    JsonObject answer =
        connection.done(operation, apis.config(api -> api.getAboutApiCall(null, null)));
    String text = SempJson.text(SempJson.object(answer, "data"), "sempVersion").orElse("");
    return SempVersion.parse(text)
        .orElseThrow(() ->
            new BrokerException.Invalid(
                "cannot " + operation.text() + ": the broker reported '" + text + "'", null));
  }

  private Map<String, AttributeValue> vpn() throws BrokerException, InterruptedException {
    SempOperation operation = SempOperation.of("read message VPN '" + vpn + "'");
    Request request = apis.config(api -> api.getMsgVpnCall(vpn, null, null));
    return switch (connection.ask(operation, request)) {
      case SempResponse.Done(JsonObject body) -> AttributeJson.read(SempJson.object(body, "data"));
      case SempResponse.Refusal refusal when refusal.isNotFound() ->
          throw new BrokerException.Invalid(
              "cannot " + operation.text() + ": there is no such message VPN", null);
      case SempResponse.Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  private Found find(ObjectKind kind, PartsOf partsOf)
      throws BrokerException, InterruptedException {
    try {
      SempOperation operation =
          SempOperation.of("read the %ss of message VPN '%s'".formatted(kind.words(), vpn));
      List<JsonObject> objects = Pages.objects(Pages.read(connection, operation, page(kind)));
      return new Found(kind, objects, parts(kind, objects, partsOf), null);
    } catch (BrokerException.Refused e) {
      return new Found(kind, List.of(), Map.of(), String.valueOf(e.getMessage()));
    }
  }

  private Pages.PageRequest page(ObjectKind kind) {
    return cursor ->
        apis.config(api ->
            switch (kind) {
              case CLIENT_PROFILE ->
                  api.getMsgVpnClientProfilesCall(vpn, Pages.SIZE, cursor, null, null, null);
              case ACL_PROFILE ->
                  api.getMsgVpnAclProfilesCall(vpn, Pages.SIZE, cursor, null, null, null);
              case CLIENT_USERNAME ->
                  api.getMsgVpnClientUsernamesCall(vpn, Pages.SIZE, cursor, null, null, null);
              case QUEUE -> api.getMsgVpnQueuesCall(vpn, Pages.SIZE, cursor, null, null, null);
            });
  }

  private Map<String, Set<?>> parts(ObjectKind kind, List<JsonObject> objects, PartsOf partsOf)
      throws BrokerException, InterruptedException {
    ObjectPartReader reader = new ObjectPartReader(connection, apis, vpn);
    List<String> names = new ArrayList<>();
    List<Parallel.Task<Set<?>>> reading = new ArrayList<>();
    for (JsonObject object : objects) {
      String name = SempJson.text(object, kind.attributes().identity()).orElse("");
      if (!PathEncoder.isSegment(name) || !partsOf.includes(kind, name)) {
        continue;
      }
      switch (kind) {
        case QUEUE -> reading.add(() -> reader.subscriptions(name));
        case ACL_PROFILE -> reading.add(() -> reader.exceptions(name));
        case CLIENT_PROFILE, CLIENT_USERNAME -> {
          continue;
        }
      }
      names.add(name);
    }
    List<Set<?>> read = Parallel.all(reading);
    Map<String, Set<?>> parts = new LinkedHashMap<>();
    for (int at = 0; at < names.size(); at++) {
      parts.put(names.get(at), read.get(at));
    }
    return parts;
  }
}
