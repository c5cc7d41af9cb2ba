package stripebridge.cli.provision;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.SecretVariables;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;

/// The secrets that a plan sets.
///
/// @param users the object that gets the secret of a variable
record SecretNeeds(Map<String, Resource> users) {
  static SecretNeeds of(PermittedPlan plan) {
    Map<String, Resource> users = new TreeMap<>();
    for (Step step : plan.work()) {
      values(step.change())
          .forEach(value -> {
            if (value instanceof AttributeValue.SecretReference(String variable)) {
              users.put(variable, step.change().resource());
            }
          });
    }
    return new SecretNeeds(users);
  }

  private static Stream<AttributeValue> values(Change change) {
    return switch (change) {
      case Change.Create create -> create.attributes().values().stream();
      case Change.Update update -> update.attributes().stream().map(AttributeChange::wanted);
      case Change.Delete _, Change.Keep _, Change.Extra _, Change.Foreign _ -> Stream.empty();
    };
  }

  /// Finds all secrets, by their variables.
  ///
  /// @throws CommandFailure when a secret is not set; nothing was changed then
  Map<String, Secret> met(SecretVariables variables) {
    Map<String, Secret> secrets = new HashMap<>();
    users.forEach((variable, user) -> {
      Optional<Secret> secret = variables.find(variable);
      if (secret.isEmpty()) {
        throw CommandFailure.usage(
            "cannot set the password of %s '%s': %s is not set; nothing was changed"
                .formatted(user.type(), user.name(), variable),
            "set " + variable + ", or set " + variable + "_FILE to the file that contains it");
      }
      secrets.put(variable, secret.get());
    });
    return secrets;
  }
}
