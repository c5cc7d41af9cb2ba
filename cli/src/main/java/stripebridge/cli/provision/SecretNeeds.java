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

/// The secrets that will be written.
///
/// @param users who is given the secret of a variable
record SecretNeeds(Map<String, Resource> users) {
  static SecretNeeds of(PermittedPlan outlook) {
    Map<String, Resource> users = new TreeMap<>();
    for (Step step : outlook.work()) {
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

  /// All of them, by their variables.
  ///
  /// @throws CommandFailure when one is not set: nothing was touched then
  Map<String, Secret> met(SecretVariables variables) {
    Map<String, Secret> secrets = new HashMap<>();
    users.forEach((variable, user) -> {
      Optional<Secret> secret = variables.find(variable);
      if (secret.isEmpty()) {
        throw CommandFailure.usage(
            "cannot give %s '%s' its password: %s is not set; nothing was touched"
                .formatted(user.type(), user.name(), variable),
            "set " + variable + ", or " + variable + "_FILE to the file that holds it");
      }
      secrets.put(variable, secret.get());
    });
    return secrets;
  }
}
