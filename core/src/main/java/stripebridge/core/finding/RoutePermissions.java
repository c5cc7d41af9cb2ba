package stripebridge.core.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.Topic;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.Topology;

/// Whether a topology lets its publisher publish where its routes lead.
public final class RoutePermissions {
  private static final String PUBLISH_DEFAULT = "publishTopicDefaultAction";
  private static final String ALLOW = "allow";

  private RoutePermissions() {}

  /// The topics of routes that the publisher's ACL profile forbids. Empty when the topology has not
  /// this client username, or not its ACL profile: then only the broker knows.
  ///
  /// @param username the client username of the publisher
  public static List<String> forbidden(Topology topology, String username) {
    Optional<AclProfileSpec> profile =
        topology.objects().clientUsernames().stream()
            .filter(user -> user.name().equals(username))
            .findFirst()
            .flatMap(user -> profileOf(topology, user));
    List<String> forbidden = new ArrayList<>();
    if (profile.isPresent()) {
      for (Route route : topology.routing().routes()) {
        if (!mayPublish(profile.get(), levels(route.topic()))) {
          forbidden.add(route.topic().text());
        }
      }
      // Where all other events go.
      if (topology.routing().unlisted() == Unlisted.BY_TYPE
          && !mayPublish(profile.get(), levels(TopicTemplate.BY_TYPE))) {
        forbidden.add(TopicTemplate.BY_TYPE.text());
      }
      String unroutable = Topic.unroutable(Topic.UNKNOWN_ACCOUNT).withoutAccount();
      if (topology.routing().unlisted() == Unlisted.UNROUTABLE
          && !mayPublish(profile.get(), Subscription.levels(unroutable, false))) {
        forbidden.add(unroutable);
      }
    }
    return forbidden.stream().distinct().toList();
  }

  private static Optional<AclProfileSpec> profileOf(Topology topology, ClientUsernameSpec user) {
    return text(user.attributes().get("aclProfileName"))
        .flatMap(name ->
            topology.objects().aclProfiles().stream()
                .filter(profile -> profile.name().equals(name) && !profile.external())
                .findFirst());
  }

  private static Optional<String> text(@Nullable AttributeValue value) {
    return value instanceof AttributeValue.Text(String text) ? Optional.of(text) : Optional.empty();
  }

  private static List<String> levels(TopicTemplate topic) {
    return Subscription.levels(topic.text(), topic.hasRest());
  }

  private static boolean mayPublish(AclProfileSpec profile, List<String> topic) {
    List<String> exceptions =
        profile.exceptions().stream()
            .filter(exception -> exception.kind() == AclException.Kind.PUBLISH_TOPIC)
            .filter(exception -> exception.syntax() == AclException.Syntax.SMF)
            .map(AclException::value)
            .toList();
    boolean isAllowedByDefault =
        text(profile.attributes().get(PUBLISH_DEFAULT)).filter(ALLOW::equals).isPresent();
    // A variable such as $client-username is known to the broker only.
    return isAllowedByDefault
        ? exceptions.stream().noneMatch(one -> Subscription.attractsAll(one, topic))
        : exceptions.stream().anyMatch(one -> one.indexOf('$') >= 0)
            || Subscription.attracts(exceptions, topic);
  }
}
