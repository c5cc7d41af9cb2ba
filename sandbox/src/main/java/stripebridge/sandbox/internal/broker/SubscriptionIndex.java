package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Finds subscribers in a trie of topic levels. The cost depends on the topic's depth and its
/// matches, not on the number of subscriptions.
///
/// Thread-safe. Matching takes no lock; a change is seen by every match that starts after it.
public final class SubscriptionIndex<T> {

  private static final int[] NO_LENGTHS = {};

  /// Most nodes are leaves. They share their empty collections, which keeps a large index in the
  /// CPU caches.
  private static final class Node<T> {
    /// Exact levels; concurrent unless empty.
    volatile Map<String, Node<T>> children = Map.of();

    /// Levels that end in a star, by the text before it; concurrent unless empty.
    volatile Map<String, Node<T>> starred = Map.of();

    /// The distinct key lengths in `starred`. A level is looked up once per length, so that many
    /// subscriptions cost no more than few.
    volatile int[] starredLengths = NO_LENGTHS;

    /// Subscriptions that end here.
    volatile List<T> here = List.of();

    /// Subscriptions that continue with `>`.
    volatile List<T> below = List.of();

    boolean isEmpty() {
      return children.isEmpty() && starred.isEmpty() && here.isEmpty() && below.isEmpty();
    }

    Map<String, Node<T>> childrenOfKind(String level) {
      return isStarred(level) ? starred : children;
    }

    Map<String, Node<T>> childrenToChange(String level) {
      if (childrenOfKind(level).isEmpty()) {
        ConcurrentHashMap<String, Node<T>> changeable = new ConcurrentHashMap<>();
        if (isStarred(level)) {
          starred = changeable;
        } else {
          children = changeable;
        }
      }
      return childrenOfKind(level);
    }

    void countLengths() {
      starredLengths = starred.keySet().stream().mapToInt(String::length).distinct().toArray();
    }
  }

  private final Node<T> root = new Node<>();
  private final ReentrantLock writeLock = new ReentrantLock();
  private volatile int size;

  boolean isEmpty() {
    return size == 0;
  }

  /// Adds a subscription; false when it exists.
  public boolean add(String subscription, T subscriber) {
    writeLock.lock();
    try {
      Node<T> node = root;
      List<String> levels = Topics.levels(subscription);
      for (int i = 0; i < levels.size() - 1; i++) {
        node = childToAdd(node, levels.get(i));
      }
      boolean isRest = levels.getLast().equals(">");
      if (!isRest) {
        node = childToAdd(node, levels.getLast());
      }
      boolean added = !(isRest ? node.below : node.here).contains(subscriber);
      if (added && isRest) {
        node.below = with(node.below, subscriber);
      } else if (added) {
        node.here = with(node.here, subscriber);
      }
      size = added ? size + 1 : size;
      return added;
    } finally {
      writeLock.unlock();
    }
  }

  private Node<T> childToAdd(Node<T> node, String level) {
    Node<T> child = node.childrenToChange(level).computeIfAbsent(key(level), _ -> new Node<>());
    if (isStarred(level) && !hasLength(node, level.length() - 1)) {
      node.countLengths();
    }
    return child;
  }

  private static boolean hasLength(Node<?> node, int length) {
    return Arrays.stream(node.starredLengths).anyMatch(known -> known == length);
  }

  private static boolean isStarred(String level) {
    return level.endsWith("*");
  }

  /// The key of a level: its text without a trailing star.
  private static String key(String level) {
    return isStarred(level) ? level.substring(0, level.length() - 1) : level;
  }

  private static <E> List<E> with(List<E> list, E element) {
    ArrayList<E> longer = new ArrayList<>(list);
    longer.add(element);
    return List.copyOf(longer);
  }

  private static <E> List<E> without(List<E> list, E element) {
    return list.stream().filter(other -> !other.equals(element)).toList();
  }

  /// Removes a subscription; false when it does not exist.
  boolean remove(String subscription, T subscriber) {
    writeLock.lock();
    try {
      boolean removed = remove(root, Topics.levels(subscription), 0, subscriber);
      size = removed ? size - 1 : size;
      return removed;
    } finally {
      writeLock.unlock();
    }
  }

  private boolean remove(Node<T> node, List<String> levels, int at, T subscriber) {
    if (at == levels.size()) {
      boolean wasThere = node.here.contains(subscriber);
      node.here = without(node.here, subscriber);
      return wasThere;
    }
    String level = levels.get(at);
    if (at == levels.size() - 1 && level.equals(">")) {
      boolean wasThere = node.below.contains(subscriber);
      node.below = without(node.below, subscriber);
      return wasThere;
    }
    Map<String, Node<T>> siblings = node.childrenOfKind(level);
    Node<T> child = siblings.get(key(level));
    if (child == null || !remove(child, levels, at + 1, subscriber)) {
      return false;
    }
    if (child.isEmpty()) {
      siblings.remove(key(level));
      node.countLengths();
    }
    return true;
  }

  /// Adds every subscriber of a topic to `found`; one that matches twice may appear twice.
  public void match(String topic, Collection<? super T> found) {
    if (size > 0) {
      match(root, Topics.levels(topic), 0, found);
    }
  }

  private void match(Node<T> node, List<String> levels, int at, Collection<? super T> found) {
    if (at == levels.size()) {
      found.addAll(node.here);
      return;
    }
    found.addAll(node.below);
    String level = levels.get(at);
    Node<T> exact = node.children.get(level);
    if (exact != null) {
      match(exact, levels, at + 1, found);
    }
    for (int length : node.starredLengths) {
      Node<T> starred =
          length > level.length() ? null : node.starred.get(level.substring(0, length));
      if (starred != null) {
        match(starred, levels, at + 1, found);
      }
    }
  }
}
