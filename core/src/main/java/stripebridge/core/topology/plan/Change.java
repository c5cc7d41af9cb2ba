package stripebridge.core.topology.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Ordered;
import stripebridge.core.topology.model.Resource;

/// What a plan has to say about one thing on the broker.
public sealed interface Change {
  Resource resource();

  /// It is missing, and will be made.
  ///
  /// @param attributes what it is made with, secrets as references
  record Create(Resource resource, Map<String, AttributeValue> attributes) implements Change {
    public Create {
      attributes = Ordered.copy(attributes);
    }
  }

  /// It is there with other values than wanted, and will be changed in one step.
  record Update(Resource resource, List<AttributeChange> attributes) implements Change {
    public Update {
      attributes = List.copyOf(attributes);
    }

    /// Whether the change interrupts whoever uses the object now.
    public boolean interrupts() {
      return attributes.stream().anyMatch(AttributeChange::interrupts);
    }
  }

  /// It is not wanted any more, and will be removed with all that is part of it.
  record Delete(Resource resource) implements Change {}

  /// It is as wanted.
  record Keep(Resource resource) implements Change {}

  /// It is not in the topology, and stays nevertheless.
  ///
  /// @param usedBy who needs it, when the reason is [Reason#IN_USE]; else empty
  record Extra(Resource resource, Reason reason, List<Resource> usedBy) implements Change {
    public Extra {
      usedBy = List.copyOf(usedBy);
    }

    /// Why something that nobody wants is not deleted.
    public enum Reason {
      /// Deleting was not asked for.
      NOT_PRUNING,
      /// Its name is not under `manages:`.
      NOT_MANAGED,
      /// Something that stays refers to it.
      IN_USE
    }
  }

  /// It belongs to others (`external: true`) and is not as needed; nothing is done about it.
  ///
  /// @param missing whether it does not exist at all
  /// @param differences what its owners would have to change
  record Foreign(Resource resource, boolean missing, List<AttributeChange> differences)
      implements Change {
    public Foreign {
      differences = List.copyOf(differences);
    }
  }

  /// One attribute that has another value than wanted.
  ///
  /// @param old what was found; null when the broker did not say (it never does for a secret)
  /// @param interrupts whether the broker has to switch something off for a moment that is on now:
  ///   consumers or clients are disconnected
  record AttributeChange(
      String attribute, @Nullable AttributeValue old, AttributeValue wanted, boolean interrupts) {}
}
