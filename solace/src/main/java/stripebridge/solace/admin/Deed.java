package stripebridge.solace.admin;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.Resource;

/// What is asked of the broker, for the sentence that says that it could not be done.
///
/// @param text what comes after "cannot": `create queue 'a' in message VPN 'v'`
/// @param attributes SEMP names of what is written
/// @param secrets what must not be seen in that sentence, should the broker repeat it
record Deed(String text, Set<String> attributes, List<Secret> secrets) {
  Deed {
    attributes = Set.copyOf(attributes);
    secrets = List.copyOf(secrets);
  }

  static Deed of(String text) {
    return new Deed(text, Set.of(), List.of());
  }

  static Deed on(Resource resource, String verb, String vpn) {
    return of("%s %s in message VPN '%s'".formatted(verb, words(resource), vpn));
  }

  /// The same, writing something.
  Deed writing(Set<String> attributes, Collection<Secret> secrets) {
    return new Deed(text, attributes, List.copyOf(secrets));
  }

  private static String words(Resource resource) {
    String own = "%s '%s'".formatted(resource.type(), resource.name());
    Resource root = resource.root();
    return root.equals(resource) ? own : own + " of " + words(root);
  }
}
