package stripebridge.core.topology.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Ordered;
import stripebridge.core.topology.model.Resource;

/// A plan's decision about one resource of the broker.
public sealed interface Change {
  Resource resource();

  /// It is missing and will be created.
  ///
  /// @param attributes its initial attributes, secrets as references
  record Create(Resource resource, Map<String, AttributeValue> attributes) implements Change {
    public Create {
      attributes = Ordered.copy(attributes);
    }
  }

  /// It exists with other values than wanted and will be updated in one step.
  record Update(Resource resource, List<AttributeChange> attributes) implements Change {
    public Update {
      attributes = List.copyOf(attributes);
    }

    /// Whether the change interrupts the present users of the object.
    public boolean interrupts() {
      return attributes.stream().anyMatch(AttributeChange::interrupts);
    }
  }

  /// It is no longer wanted and will be deleted with all its parts.
  record Delete(Resource resource) implements Change {}

  /// It is as wanted.
  record Keep(Resource resource) implements Change {}

  /// It is not in the topology but stays.
  ///
  /// @param usedBy the resources that need it, when the reason is [Reason#IN_USE]; else empty
  record Extra(Resource resource, Reason reason, List<Resource> usedBy) implements Change {
    public Extra {
      usedBy = List.copyOf(usedBy);
    }

    /// Why an unwanted resource is not deleted.
    public enum Reason {
      /// Deletion was not requested.
      NOT_PRUNING,
      /// Its name is not under `manages:`.
      NOT_MANAGED,
      /// A resource that stays refers to it.
      IN_USE
    }
  }

  /// Others own it (`external: true`) and it differs from the topology; nothing is done about it.
  ///
  /// @param missing whether it does not exist at all
  /// @param differences what its owners would have to change
  record Foreign(Resource resource, boolean missing, List<AttributeChange> differences)
      implements Change {
    public Foreign {
      differences = List.copyOf(differences);
    }
  }

  /// One attribute whose value differs from the wanted one.
  ///
  /// @param old the value found; null when the broker did not return one, which it never does for a
  ///   secret
  /// @param interrupts whether the broker must briefly switch off something that is on, which
  ///   disconnects consumers or clients
  record AttributeChange(
      String attribute, @Nullable AttributeValue old, AttributeValue wanted, boolean interrupts) {}
}
