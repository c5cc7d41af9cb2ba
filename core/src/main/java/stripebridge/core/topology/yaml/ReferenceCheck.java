package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.yaml.ObjectReader.Declared;

/// Checks that every referenced object is declared, and that dead message queues do not form a
/// cycle.
final class ReferenceCheck {
  private static final String DMQ = "deadMsgQueue";

  private final LocatedProblems problems;
  private final List<Declared> objects;
  private final Map<String, Declared> queues;

  /// Cached: a thousand queues may share one mistake, and each suggestion compares all thousand
  /// names.
  private final Map<String, String> hints = new HashMap<>();

  ReferenceCheck(LocatedProblems problems, List<Declared> objects) {
    this.problems = problems;
    this.objects = objects;
    this.queues = byName(ObjectKind.QUEUE);
  }

  void run() {
    Set<String> clientProfiles = byName(ObjectKind.CLIENT_PROFILE).keySet();
    Set<String> aclProfiles = byName(ObjectKind.ACL_PROFILE).keySet();
    for (Declared username : byName(ObjectKind.CLIENT_USERNAME).values()) {
      declared(username, "clientProfileName", ObjectKind.CLIENT_PROFILE, clientProfiles);
      declared(username, "aclProfileName", ObjectKind.ACL_PROFILE, aclProfiles);
    }
    queues.values().forEach(this::deadMsgQueue);
    cycles();
  }

  private void declared(Declared from, String attribute, ObjectKind kind, Set<String> names) {
    Optional<String> name = from.text(attribute).filter(text -> !names.contains(text));
    if (name.isPresent()) {
      problems.add(
          from.place(attribute),
          "'"
              + attribute
              + "' names "
              + Quoted.of(name.get())
              + ", which is not under '"
              + kind.section()
              + "' (with 'external: true' if others own it)"
              + Suggestion.phrase(name.get(), names));
    }
  }

  private void deadMsgQueue(Declared queue) {
    String target = queue.text(DMQ).orElse("");
    if (target.isEmpty()) {
      return;
    }
    if (target.equals(queue.name())) {
      problems.add(
          queue.place(DMQ),
          "queue "
              + Quoted.of(target)
              + " is its own dead message queue; write \"\" for none, or name another");
    } else if (!queues.containsKey(target)) {
      problems.add(
          queue.place(DMQ),
          "'deadMsgQueue' names "
              + Quoted.of(target)
              + ", which is not under 'queues'"
              + hints.computeIfAbsent(target, t -> Suggestion.phrase(t, queues.keySet())));
    }
  }

  /// Follows every chain of dead message queues once and reports each cycle at its queue that comes
  /// first in the file.
  private void cycles() {
    Set<String> seen = new HashSet<>();
    for (Declared start : queues.values()) {
      Map<String, Declared> chain = new LinkedHashMap<>();
      Declared queue = start;
      while (queue != null && seen.add(queue.name())) {
        chain.put(queue.name(), queue);
        queue = queue.text(DMQ).map(queues::get).orElse(null);
      }
      if (queue != null && chain.containsKey(queue.name())) {
        List<Declared> queuesOfChain = new ArrayList<>(chain.values());
        report(queuesOfChain.subList(queuesOfChain.indexOf(queue), queuesOfChain.size()));
      }
    }
  }

  private void report(List<Declared> cycle) {
    if (cycle.size() == 1) {
      return; // A queue that is its own dead message queue is reported separately.
    }
    Declared first = cycle.getFirst();
    List<String> names = new ArrayList<>(cycle.stream().map(Declared::name).toList());
    names.add(first.name());
    problems.add(
        first.place(DMQ), "dead message queues form a cycle: " + String.join(" → ", names));
  }

  private Map<String, Declared> byName(ObjectKind kind) {
    Map<String, Declared> byName = new LinkedHashMap<>();
    for (Declared object : objects) {
      if (object.kind() == kind) {
        byName.put(object.name(), object);
      }
    }
    return byName;
  }
}
