package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.Locale;
import okhttp3.Request;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.Resource;
import stripebridge.semp.config.JSON;
import stripebridge.semp.config.model.MsgVpnAclProfile;
import stripebridge.semp.config.model.MsgVpnAclProfileClientConnectException;
import stripebridge.semp.config.model.MsgVpnAclProfilePublishTopicException;
import stripebridge.semp.config.model.MsgVpnAclProfileSubscribeShareNameException;
import stripebridge.semp.config.model.MsgVpnAclProfileSubscribeTopicException;
import stripebridge.semp.config.model.MsgVpnClientProfile;
import stripebridge.semp.config.model.MsgVpnClientUsername;
import stripebridge.semp.config.model.MsgVpnQueue;
import stripebridge.semp.config.model.MsgVpnQueueSubscription;

/// Builds the requests that create, change, read and delete one resource of a message VPN.
final class ResourceRequests {
  private final SempApis apis;
  private final String vpn;

  ResourceRequests(SempApis apis, String vpn) {
    this.apis = apis;
    this.vpn = vpn;
  }

  /// Creates a resource.
  ///
  /// @param attributes without the name, which is added here
  Request create(Resource resource, JsonObject attributes) {
    return switch (resource) {
      case Resource.AclProfileException(String profile, AclException exception) ->
          create(profile, exception);
      case Resource.Subscription(String queue, String topic) ->
          apis.config(api ->
              api.createMsgVpnQueueSubscriptionCall(
                  vpn, queue, new MsgVpnQueueSubscription().subscriptionTopic(topic), null, null));
      default -> {
        JsonObject body = attributes.deepCopy();
        body.addProperty(resource.kind().attributes().identity(), resource.owner());
        yield createObject(resource, body);
      }
    };
  }

  private Request createObject(Resource resource, JsonObject body) {
    return apis.config(api ->
        switch (resource.kind()) {
          case CLIENT_PROFILE ->
              api.createMsgVpnClientProfileCall(
                  vpn, model(body, MsgVpnClientProfile.class), null, null);
          case ACL_PROFILE ->
              api.createMsgVpnAclProfileCall(vpn, model(body, MsgVpnAclProfile.class), null, null);
          case CLIENT_USERNAME ->
              api.createMsgVpnClientUsernameCall(
                  vpn, model(body, MsgVpnClientUsername.class), null, null);
          case QUEUE -> api.createMsgVpnQueueCall(vpn, model(body, MsgVpnQueue.class), null, null);
        });
  }

  private Request create(String profile, AclException exception) {
    String value = exception.value();
    JsonObject body = new JsonObject();
    String name = AclExceptionAttribute.of(exception.kind());
    body.addProperty(name, value);
    if (exception.kind() != AclException.Kind.CLIENT_CONNECT) {
      body.addProperty(name + "Syntax", syntax(exception));
    }
    return apis.config(api ->
        switch (exception.kind()) {
          case CLIENT_CONNECT ->
              api.createMsgVpnAclProfileClientConnectExceptionCall(
                  vpn,
                  profile,
                  model(body, MsgVpnAclProfileClientConnectException.class),
                  null,
                  null);
          case PUBLISH_TOPIC ->
              api.createMsgVpnAclProfilePublishTopicExceptionCall(
                  vpn,
                  profile,
                  model(body, MsgVpnAclProfilePublishTopicException.class),
                  null,
                  null);
          case SUBSCRIBE_TOPIC ->
              api.createMsgVpnAclProfileSubscribeTopicExceptionCall(
                  vpn,
                  profile,
                  model(body, MsgVpnAclProfileSubscribeTopicException.class),
                  null,
                  null);
          case SUBSCRIBE_SHARE_NAME ->
              api.createMsgVpnAclProfileSubscribeShareNameExceptionCall(
                  vpn,
                  profile,
                  model(body, MsgVpnAclProfileSubscribeShareNameException.class),
                  null,
                  null);
        });
  }

  /// Changes the attributes in the body.
  ///
  /// @param object not a subscription or an exception: those have no attributes
  Request update(Resource object, JsonObject body) {
    String name = object.owner();
    return apis.config(api ->
        switch (object.kind()) {
          case CLIENT_PROFILE ->
              api.updateMsgVpnClientProfileCall(
                  vpn, name, model(body, MsgVpnClientProfile.class), null, null);
          case ACL_PROFILE ->
              api.updateMsgVpnAclProfileCall(
                  vpn, name, model(body, MsgVpnAclProfile.class), null, null);
          case CLIENT_USERNAME ->
              api.updateMsgVpnClientUsernameCall(
                  vpn, name, model(body, MsgVpnClientUsername.class), null, null);
          case QUEUE ->
              api.updateMsgVpnQueueCall(vpn, name, model(body, MsgVpnQueue.class), null, null);
        });
  }

  /// Reads an object without its parts.
  Request get(Resource object) {
    String name = object.owner();
    return apis.config(api ->
        switch (object.kind()) {
          case CLIENT_PROFILE -> api.getMsgVpnClientProfileCall(vpn, name, null, null);
          case ACL_PROFILE -> api.getMsgVpnAclProfileCall(vpn, name, null, null);
          case CLIENT_USERNAME -> api.getMsgVpnClientUsernameCall(vpn, name, null, null);
          case QUEUE -> api.getMsgVpnQueueCall(vpn, name, null, null);
        });
  }

  Request delete(Resource resource) {
    String name = resource.owner();
    return apis.config(api ->
        switch (resource) {
          case Resource.ClientProfile _ -> api.deleteMsgVpnClientProfileCall(vpn, name, null);
          case Resource.AclProfile _ -> api.deleteMsgVpnAclProfileCall(vpn, name, null);
          case Resource.ClientUsername _ -> api.deleteMsgVpnClientUsernameCall(vpn, name, null);
          case Resource.Queue _ -> api.deleteMsgVpnQueueCall(vpn, name, null);
          case Resource.Subscription(String _, String topic) ->
              api.deleteMsgVpnQueueSubscriptionCall(vpn, name, topic, null);
          case Resource.AclProfileException(String _, AclException exception) -> {
            String value = exception.value();
            String syntax = syntax(exception);
            yield switch (exception.kind()) {
              case CLIENT_CONNECT ->
                  api.deleteMsgVpnAclProfileClientConnectExceptionCall(vpn, name, value, null);
              case PUBLISH_TOPIC ->
                  api.deleteMsgVpnAclProfilePublishTopicExceptionCall(
                      vpn, name, syntax, value, null);
              case SUBSCRIBE_TOPIC ->
                  api.deleteMsgVpnAclProfileSubscribeTopicExceptionCall(
                      vpn, name, syntax, value, null);
              case SUBSCRIBE_SHARE_NAME ->
                  api.deleteMsgVpnAclProfileSubscribeShareNameExceptionCall(
                      vpn, name, syntax, value, null);
            };
          }
        });
  }

  private static String syntax(AclException exception) {
    return exception.syntax().name().toLowerCase(Locale.ROOT);
  }

  private static <T> T model(JsonObject body, Class<T> type) {
    return JSON.getGson().fromJson(body, type);
  }
}
