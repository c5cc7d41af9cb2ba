package stripebridge.core.topology.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;

/// The order of creations and deletions: lower ranks come first, and resources of equal rank do not
/// depend on each other.
final class DependencyOrder {
  private static final int PROFILES = 0;
  private static final int EXCEPTIONS = 1;
  private static final int USERNAMES = 2;
  private static final int QUEUES = 3;

  private final Map<Resource, Map<String, AttributeValue>> wanted;
  private final Map<Resource, Map<String, AttributeValue>> found;
  private final Map<Resource, Integer> wantedDepths = new HashMap<>();
  private final Map<Resource, Integer> foundDepths = new HashMap<>();
  private final int subscriptions;

  DependencyOrder(
      Map<Resource, Map<String, AttributeValue>> wanted,
      Map<Resource, Map<String, AttributeValue>> found) {
    this.wanted = wanted;
    this.found = found;
    int deepest = 0;
    for (Resource resource : wanted.keySet()) {
      deepest = Math.max(deepest, depth(resource, wanted, wantedDepths));
    }
    for (Resource resource : found.keySet()) {
      deepest = Math.max(deepest, depth(resource, found, foundDepths));
    }
    this.subscriptions = QUEUES + deepest + 1;
  }

  /// The rank for creating or updating.
  int making(Resource resource) {
    return wanted.containsKey(resource)
        ? rank(resource, wanted, wantedDepths)
        : rank(resource, found, foundDepths);
  }

  /// The rank for deleting: after all creations, in reverse order.
  int removing(Resource resource) {
    return 2 * subscriptions + 1 - rank(resource, found, foundDepths);
  }

  private int rank(
      Resource resource,
      Map<Resource, Map<String, AttributeValue>> all,
      Map<Resource, Integer> depths) {
    return switch (resource) {
      case Resource.ClientProfile _, Resource.AclProfile _ -> PROFILES;
      case Resource.AclProfileException _ -> EXCEPTIONS;
      case Resource.ClientUsername _ -> USERNAMES;
      case Resource.Queue _ -> QUEUES + depth(resource, all, depths);
      case Resource.Subscription _ -> subscriptions;
    };
  }

  /// The length of a queue's chain of dead message queues. It follows the chain to its end, or to a
  /// queue whose depth is known. A cycle, which only a broker can have, ends where it closes.
  private static int depth(
      Resource resource,
      Map<Resource, Map<String, AttributeValue>> all,
      Map<Resource, Integer> depths) {
    Deque<Resource> chain = new ArrayDeque<>();
    Resource next = resource;
    while (next != null && !depths.containsKey(next)) {
      depths.put(next, 0);
      chain.push(next);
      next = deadMsgQueue(next, all);
    }
    int depth = next == null ? 0 : depths.getOrDefault(next, 0) + 1;
    for (Resource queue : chain) {
      depths.put(queue, depth++);
    }
    return depths.getOrDefault(resource, 0);
  }

  private static @Nullable Resource deadMsgQueue(
      Resource resource, Map<Resource, Map<String, AttributeValue>> all) {
    if (!(resource instanceof Resource.Queue)) {
      return null;
    }
    return References.of(resource, all.getOrDefault(resource, Map.of())).stream()
        .filter(all::containsKey)
        .findFirst()
        .orElse(null);
  }
}
