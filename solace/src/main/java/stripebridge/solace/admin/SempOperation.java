package stripebridge.solace.admin;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Resource;

/// What is asked of the broker, for the sentence that says that it could not be done.
///
/// @param text what comes after "cannot": `create queue 'a' in message VPN 'v'`
/// @param attributes SEMP names of what is written
/// @param secrets what must not be seen in that sentence, should the broker repeat it
record SempOperation(String text, Set<String> attributes, List<Secret> secrets) {
  SempOperation {
    attributes = Set.copyOf(attributes);
    secrets = List.copyOf(secrets);
  }

  static SempOperation of(String text) {
    return new SempOperation(text, Set.of(), List.of());
  }

  static SempOperation on(Resource resource, String verb, String vpn) {
    return of("%s %s in message VPN '%s'".formatted(verb, words(resource), vpn));
  }

  /// The same, writing something.
  SempOperation writing(Set<String> attributes, Collection<Secret> secrets) {
    return new SempOperation(text, attributes, List.copyOf(secrets));
  }

  /// What the broker said, without the secrets.
  String masked(String said) {
    String masked = said;
    for (Secret secret : secrets) {
      if (!secret.isEmpty()) {
        masked = masked.replace(secret.reveal(), Secret.MASK);
      }
    }
    return masked;
  }

  private static String words(Resource resource) {
    String own = "%s '%s'".formatted(resource.type(), resource.name());
    Resource root = resource.root();
    return root.equals(resource) ? own : own + " of " + words(root);
  }
}
