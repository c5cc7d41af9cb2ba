package stripebridge.solace.admin;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Resource;

/// What a request does, for the error message when it fails.
///
/// @param text follows "cannot": `create queue 'a' in message VPN 'v'`
/// @param attributes SEMP names of the attributes written
/// @param secrets masked in that message, in case the broker repeats them
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

  /// The same, with the attributes it writes.
  SempOperation writing(Set<String> attributes, Collection<Secret> secrets) {
    return new SempOperation(text, attributes, List.copyOf(secrets));
  }

  /// The broker's text with the secrets masked.
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
