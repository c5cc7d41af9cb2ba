package stripebridge.solace.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.AclException;
import stripebridge.core.topology.ObjectKind;
import stripebridge.core.topology.Resource;
import stripebridge.semp.ApiException;
import stripebridge.semp.config.MsgVpnApi;
import stripebridge.semp.config.model.MsgVpnAclProfile;
import stripebridge.semp.config.model.MsgVpnAclProfileClientConnectException;
import stripebridge.semp.config.model.MsgVpnAclProfilePublishTopicException;
import stripebridge.semp.config.model.MsgVpnAclProfileSubscribeTopicException;
import stripebridge.semp.config.model.MsgVpnClientProfile;
import stripebridge.semp.config.model.MsgVpnClientUsername;
import stripebridge.semp.config.model.MsgVpnQueue;
import stripebridge.semp.config.model.MsgVpnQueueSubscription;

/// Which request of the generated client does what to which kind of thing.
final class ConfigObjects {
  private final MsgVpnApi api;
  private final String vpn;

  ConfigObjects(MsgVpnApi api, String vpn) {
    this.api = api;
    this.vpn = vpn;
  }

  String vpn() {
    return vpn;
  }

  Object readVpn() throws ApiException {
    return api.getMsgVpn(vpn, null);
  }

  Object page(ObjectKind kind, @Nullable String cursor) throws ApiException {
    int count = Requests.PAGE;
    return switch (kind) {
      case QUEUE -> api.getMsgVpnQueues(vpn, count, cursor, null, null);
      case CLIENT_PROFILE -> api.getMsgVpnClientProfiles(vpn, count, cursor, null, null);
      case ACL_PROFILE -> api.getMsgVpnAclProfiles(vpn, count, cursor, null, null);
      case CLIENT_USERNAME -> api.getMsgVpnClientUsernames(vpn, count, cursor, null, null);
    };
  }

  Object subscriptions(String queue, @Nullable String cursor) throws ApiException {
    return api.getMsgVpnQueueSubscriptions(
        vpn, queue, Requests.PAGE, cursor, List.of("subscriptionTopic"), null);
  }

  Object exceptions(String profile, AclException.Kind kind, @Nullable String cursor)
      throws ApiException {
    int count = Requests.PAGE;
    return switch (kind) {
      case PUBLISH_TOPIC ->
          api.getMsgVpnAclProfilePublishTopicExceptions(vpn, profile, count, cursor, null, null);
      case SUBSCRIBE_TOPIC ->
          api.getMsgVpnAclProfileSubscribeTopicExceptions(vpn, profile, count, cursor, null, null);
      case CLIENT_CONNECT ->
          api.getMsgVpnAclProfileClientConnectExceptions(vpn, profile, count, cursor, null, null);
      case SUBSCRIBE_SHARE_NAME ->
          api.getMsgVpnAclProfileSubscribeShareNameExceptions(
              vpn, profile, count, cursor, null, null);
    };
  }

  Object read(Resource resource) throws ApiException {
    return switch (resource) {
      case Resource.Queue(String name) -> api.getMsgVpnQueue(vpn, name, null);
      case Resource.ClientProfile(String name) -> api.getMsgVpnClientProfile(vpn, name, null);
      case Resource.AclProfile(String name) -> api.getMsgVpnAclProfile(vpn, name, null);
      case Resource.ClientUsername(String name) -> api.getMsgVpnClientUsername(vpn, name, null);
      case Resource.Subscription _, Resource.AclProfileException _ ->
          throw new IllegalArgumentException(resource + " has no attributes to read");
    };
  }

  Object create(Resource resource, Map<String, Object> attributes) throws ApiException {
    Map<String, Object> all = new HashMap<>(attributes);
    return switch (resource) {
      case Resource.Queue(String name) -> {
        all.put("queueName", name);
        yield api.createMsgVpnQueue(vpn, SempValues.model(MsgVpnQueue.class, all));
      }
      case Resource.ClientProfile(String name) -> {
        all.put("clientProfileName", name);
        yield api.createMsgVpnClientProfile(vpn, SempValues.model(MsgVpnClientProfile.class, all));
      }
      case Resource.AclProfile(String name) -> {
        all.put("aclProfileName", name);
        yield api.createMsgVpnAclProfile(vpn, SempValues.model(MsgVpnAclProfile.class, all));
      }
      case Resource.ClientUsername(String name) -> {
        all.put("clientUsername", name);
        yield api.createMsgVpnClientUsername(
            vpn, SempValues.model(MsgVpnClientUsername.class, all));
      }
      case Resource.Subscription(String queue, String topic) ->
          api.createMsgVpnQueueSubscription(
              vpn, queue, new MsgVpnQueueSubscription().subscriptionTopic(topic));
      case Resource.AclProfileException(String profile, AclException exception) ->
          create(profile, exception);
    };
  }

  private Object create(String profile, AclException exception) throws ApiException {
    String value = exception.value();
    return switch (exception.kind()) {
      case PUBLISH_TOPIC ->
          api.createMsgVpnAclProfilePublishTopicException(
              vpn,
              profile,
              new MsgVpnAclProfilePublishTopicException()
                  .publishTopicException(value)
                  .publishTopicExceptionSyntax(syntax(exception)));
      case SUBSCRIBE_TOPIC ->
          api.createMsgVpnAclProfileSubscribeTopicException(
              vpn,
              profile,
              new MsgVpnAclProfileSubscribeTopicException()
                  .subscribeTopicException(value)
                  .subscribeTopicExceptionSyntax(syntax(exception)));
      case CLIENT_CONNECT ->
          api.createMsgVpnAclProfileClientConnectException(
              vpn,
              profile,
              new MsgVpnAclProfileClientConnectException().clientConnectExceptionAddress(value));
      case SUBSCRIBE_SHARE_NAME ->
          api.createMsgVpnAclProfileSubscribeShareNameException(
              vpn,
              profile,
              new stripebridge.semp.config.model.MsgVpnAclProfileSubscribeShareNameException()
                  .subscribeShareNameException(value)
                  .subscribeShareNameExceptionSyntax(syntax(exception)));
    };
  }

  Object update(Resource resource, Map<String, Object> attributes) throws ApiException {
    return switch (resource) {
      case Resource.Queue(String name) ->
          api.updateMsgVpnQueue(vpn, name, SempValues.model(MsgVpnQueue.class, attributes));
      case Resource.ClientProfile(String name) ->
          api.updateMsgVpnClientProfile(
              vpn, name, SempValues.model(MsgVpnClientProfile.class, attributes));
      case Resource.AclProfile(String name) ->
          api.updateMsgVpnAclProfile(
              vpn, name, SempValues.model(MsgVpnAclProfile.class, attributes));
      case Resource.ClientUsername(String name) ->
          api.updateMsgVpnClientUsername(
              vpn, name, SempValues.model(MsgVpnClientUsername.class, attributes));
      case Resource.Subscription _, Resource.AclProfileException _ ->
          throw new IllegalArgumentException(resource + " has no attributes to change");
    };
  }

  Object delete(Resource resource) throws ApiException {
    return switch (resource) {
      case Resource.Queue(String name) -> api.deleteMsgVpnQueue(vpn, name);
      case Resource.ClientProfile(String name) -> api.deleteMsgVpnClientProfile(vpn, name);
      case Resource.AclProfile(String name) -> api.deleteMsgVpnAclProfile(vpn, name);
      case Resource.ClientUsername(String name) -> api.deleteMsgVpnClientUsername(vpn, name);
      case Resource.Subscription(String queue, String topic) ->
          api.deleteMsgVpnQueueSubscription(vpn, queue, topic);
      case Resource.AclProfileException(String profile, AclException exception) ->
          delete(profile, exception);
    };
  }

  private Object delete(String profile, AclException exception) throws ApiException {
    String syntax = syntax(exception);
    String value = exception.value();
    return switch (exception.kind()) {
      case PUBLISH_TOPIC ->
          api.deleteMsgVpnAclProfilePublishTopicException(vpn, profile, syntax, value);
      case SUBSCRIBE_TOPIC ->
          api.deleteMsgVpnAclProfileSubscribeTopicException(vpn, profile, syntax, value);
      case CLIENT_CONNECT -> api.deleteMsgVpnAclProfileClientConnectException(vpn, profile, value);
      case SUBSCRIBE_SHARE_NAME ->
          api.deleteMsgVpnAclProfileSubscribeShareNameException(vpn, profile, syntax, value);
    };
  }

  private static String syntax(AclException exception) {
    return exception.syntax().name().toLowerCase(Locale.ROOT);
  }
}
