package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclException.Syntax;

/// Reads the parts of one object: a queue's subscriptions, an ACL profile's exceptions. Each kind
/// of exception is a collection of its own, empty where the broker is too old to know it.
final class ObjectPartReader {
  private final SempConnection connection;
  private final SempApis apis;
  private final String vpn;

  ObjectPartReader(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.apis = apis;
    this.vpn = vpn;
  }

  /// Takes one request per hundred subscriptions; most queues have fewer. An object that was
  /// deleted after it was listed has none.
  Set<String> subscriptions(String queue) throws BrokerException, InterruptedException {
    List<JsonObject> rows =
        rows(
            SempOperation.of("read the subscriptions of queue '%s'".formatted(queue)),
            cursor ->
                apis.config(api ->
                    api.getMsgVpnQueueSubscriptionsCall(
                        vpn, queue, Pages.SIZE, cursor, null, List.of("subscriptionTopic"), null)));
    Set<String> topics = new LinkedHashSet<>();
    rows.forEach(row -> SempJson.text(row, "subscriptionTopic").ifPresent(topics::add));
    return topics;
  }

  Set<AclException> exceptions(String profile) throws BrokerException, InterruptedException {
    Set<AclException> exceptions = new LinkedHashSet<>();
    for (AclException.Kind kind : AclException.Kind.values()) {
      SempOperation operation =
          SempOperation.of("read the %ss of ACL profile '%s'".formatted(kind.words(), profile));
      String name = AclExceptionAttribute.of(kind);
      for (JsonObject row : rows(operation, page(profile, kind))) {
        Syntax syntax =
            SempJson.text(row, name + "Syntax").filter("mqtt"::equals).isPresent()
                ? Syntax.MQTT
                : Syntax.SMF;
        SempJson.text(row, name)
            .ifPresent(value -> exceptions.add(new AclException(kind, syntax, value)));
      }
    }
    return exceptions;
  }

  private Pages.PageRequest page(String profile, AclException.Kind kind) {
    return cursor ->
        apis.config(api ->
            switch (kind) {
              case CLIENT_CONNECT ->
                  api.getMsgVpnAclProfileClientConnectExceptionsCall(
                      vpn, profile, Pages.SIZE, cursor, null, null, null);
              case PUBLISH_TOPIC ->
                  api.getMsgVpnAclProfilePublishTopicExceptionsCall(
                      vpn, profile, Pages.SIZE, cursor, null, null, null);
              case SUBSCRIBE_TOPIC ->
                  api.getMsgVpnAclProfileSubscribeTopicExceptionsCall(
                      vpn, profile, Pages.SIZE, cursor, null, null, null);
              case SUBSCRIBE_SHARE_NAME ->
                  api.getMsgVpnAclProfileSubscribeShareNameExceptionsCall(
                      vpn, profile, Pages.SIZE, cursor, null, null, null);
            });
  }

  private List<JsonObject> rows(SempOperation operation, Pages.PageRequest request)
      throws BrokerException, InterruptedException {
    return Pages.objects(
        Pages.read(
            connection,
            operation,
            request,
            refusal -> refusal.isNotFound() || refusal.isInvalidPath()));
  }
}
